import { createSecretKey } from 'node:crypto';
import { expect, it } from 'vitest';
import { type MacTokenFormat, macTokens } from './mac.ts';

const keyOf = (id: number, fill = id) => ({ id, key: createSecretKey(Buffer.alloc(32, fill)) });
const format: MacTokenFormat = {
  prefix: 't1.',
  purpose: 'test token',
  contentBytes: [2, 4],
  macBytes: 16,
};
const codec = macTokens(format);
const content = Buffer.from([7, 8, 9]);
const token = codec.encode(keyOf(1), content, 'alice');

it('opens a token with its key and its bound text, and returns its content', () => {
  expect(codec.open([keyOf(2), keyOf(1)], token, ['bob', 'alice'])).toEqual(content);
});

it.each([
  ['another text', [keyOf(1)], ['bob']],
  ['no text', [keyOf(1)], []],
  ['another key with the same id', [keyOf(1, 3)], ['alice']],
  ['the same key with another id', [keyOf(2, 1)], ['alice']],
  ['no key', [], ['alice']],
])('does not open a MACed token with %s', (_what, keys, bound) => {
  expect(codec.open(keys, token, bound)).toBeNull();
});

it('does not open a MACed token of another purpose or prefix under the same key', () => {
  const other = macTokens({ ...format, purpose: 'other token' });
  const renamed = macTokens({ ...format, prefix: 't2.' });
  expect(other.open([keyOf(1)], token, ['alice'])).toBeNull();
  expect(renamed.open([keyOf(1)], token, ['alice'])).toBeNull();
});

it('does not open a token whose last byte of content was moved to the bound text', () => {
  const bytes = Buffer.from(codec.encode(keyOf(1), Buffer.from('abc'), 'd').slice(3), 'base64url');
  const moved = Buffer.concat([bytes.subarray(0, 3), bytes.subarray(4)]).toString('base64url');
  expect(codec.read(`t1.${moved}`)).toEqual(Buffer.from('ab'));
  expect(codec.open([keyOf(1)], `t1.${moved}`, ['cd'])).toBeNull();
});

it('rejects content that is shorter or longer than the format allows', () => {
  for (const [length, isLike] of [
    [1, false],
    [2, true],
    [4, true],
    [5, false],
  ] as const)
    expect(codec.isLike(codec.encode(keyOf(1), Buffer.alloc(length), 'alice'))).toBe(isLike);
});

it('reads the content of any well-formed token, without its key', () => {
  expect(codec.read(token)).toEqual(content);
  expect(codec.read(token.slice(0, -1))).not.toEqual(content);
  for (const malformed of ['', 't1.', 'x', `${token} `, token.replace('t1', 't2')])
    expect(codec.read(malformed)).toBeNull();
});

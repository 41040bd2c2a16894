import { describe, expect, it } from 'vitest';
import { deriveKeyRing } from '../keys/derived-keys.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { MacKey } from '../keys/keys.ts';
import { refreshTokenFor } from '../testing/index.ts';
import {
  encodeRefreshToken,
  isRefreshTokenLike,
  newSessionId,
  parseRefreshToken,
  sealSuccessor,
  shardOfSession,
  shardOfUser,
  unsealSuccessor,
} from './refresh-token.ts';

const secret = (fill: number) =>
  Buffer.from(`the secret of these tests, number ${fill}`).toString('base64url');
const ring = deriveKeyRing([secret(1)]);
const made = (generation = 1, userId = 'u', by: Pick<KeyRing, 'macSigning'> = ring) =>
  refreshTokenFor(by, { sessionId: newSessionId(userId), generation, userId }, 'ursula');
const parse = (token: string, usernames = ['ursula'], by: Pick<KeyRing, 'macVerifying'> = ring) =>
  parseRefreshToken(by, token, usernames);

describe('parseRefreshToken', () => {
  it.each([
    ['u', 96],
    ['7f1b2c1e-27a5-4f3c-9d56-0a7f0f5b8a11', 143],
    ['ü'.repeat(32), 180],
  ])('parses an encoded refresh token, for the user id %s', (userId, length) => {
    const { token, ...content } = made(4_294_967_295, userId);
    expect([token.slice(0, 4), token.length]).toEqual(['lk2.', 4 + length]);
    expect(parse(token)).toEqual(content);
  });

  it('verifies a refresh token with the username it was encoded for, and with no other', () => {
    const { token } = made();
    for (const usernames of [[], [''], ['Ursula'], ['ursula '], ['u', 'rsula']])
      expect(parse(token, usernames)).toBeNull();
    expect(parse(token, ['carol', 'ursula'])).not.toBeNull();
  });

  it('verifies each encoding of one refresh token for different usernames', () => {
    const { token, ...content } = made();
    const renamed = encodeRefreshToken(ring, content, 'uma');
    expect(renamed).not.toBe(token);
    expect(encodeRefreshToken(ring, content, 'ursula')).toBe(token);
    expect(parse(renamed, ['uma'])).toEqual(parse(token));
  });

  it('rejects a refresh token with a byte moved from the user id to the username', () => {
    const one = refreshTokenFor(
      ring,
      { sessionId: newSessionId('u'), generation: 0, userId: 'ab' },
      'c',
    );
    const bytes = Buffer.from(one.token.slice(4), 'base64url');
    const shorter = Buffer.concat([
      bytes.subarray(0, 54),
      Buffer.from([1]),
      bytes.subarray(55, 56),
      bytes.subarray(57),
    ]);
    expect(parse(`lk2.${shorter.toString('base64url')}`, ['bc', 'c'])).toBeNull();
  });

  it('rejects a refresh token with any single bit flipped', () => {
    const { token } = made();
    const bytes = Buffer.from(token.slice(4), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(parse(`lk2.${flipped.toString('base64url')}`)).toBeNull();
    }
  });

  it.each([
    '',
    'lk2.',
    'lk2',
    'garbage',
    `lk1.${'A'.repeat(92)}`,
    `lk2.${'A'.repeat(95)}`,
    `lk2.${'A'.repeat(96)}`,
    `lk2.${'A'.repeat(181)}`,
    `lk2.${'+'.repeat(96)}`,
    'x'.repeat(100_000),
  ])('rejects the text %s as a refresh token', (token) => {
    expect(parse(token)).toBeNull();
  });

  it('rejects a refresh token with text before or after it, or another prefix', () => {
    const { token } = made();
    for (const other of [
      `${token}A`,
      `${token}\n`,
      `x${token}`,
      ` ${token}`,
      `lk1.${token.slice(4)}`,
    ])
      expect(parse(other)).toBeNull();
  });

  it('rejects a non-canonical encoding of the same refresh token', () => {
    const { token } = made(1, 'uv');
    const last = token.at(-1) ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const same = Array.from(alphabet).filter((letter) =>
      Buffer.from(token.slice(4, -1) + letter, 'base64url').equals(
        Buffer.from(token.slice(4), 'base64url'),
      ),
    );
    expect(same.length).toBeGreaterThan(1);
    for (const letter of same)
      expect(parse(token.slice(0, -1) + letter) !== null).toBe(letter === last);
  });

  it.each([
    [`lk2.${'A'.repeat(96)}`, true],
    [`lk2.${'_-'.repeat(90)}`, true],
    [`lk2.${'A'.repeat(95)}`, false],
    [`lk2.${'A'.repeat(181)}`, false],
    [`lk2.${'+'.repeat(96)}`, false],
    [`lk2 ${'A'.repeat(96)}`, false],
  ])('isRefreshTokenLike checks the form only: %s, %s', (token, like) => {
    expect(isRefreshTokenLike(token)).toBe(like);
  });

  it('rejects a refresh token truncated at any length', () => {
    const { token } = made();
    for (let length = 0; length < token.length; length++)
      expect(parse(token.slice(0, length))).toBeNull();
  });

  it('accepts a refresh token of an older secret while that secret is in the ring', () => {
    const { token } = made();
    expect(parse(token, undefined, deriveKeyRing([secret(2), secret(1)]))).not.toBeNull();
    expect(parse(token, undefined, deriveKeyRing([secret(2)]))).toBeNull();
  });

  it('accepts a refresh token of either of two keys with one id', () => {
    const [one, two] = [3, 4].map((fill) => deriveKeyRing([secret(fill)]).macSigning) as [
      MacKey,
      MacKey,
    ];
    const macVerifying = [
      { ...one, id: 7 },
      { ...two, id: 7 },
    ];
    for (const macSigning of macVerifying) {
      const { token } = made(0, 'u', { macSigning });
      expect(parse(token, undefined, { macVerifying })).not.toBeNull();
      expect(parse(token, undefined, { macVerifying: [] })).toBeNull();
    }
  });

  it('unsealSuccessor decrypts a successor with its predecessor only', () => {
    const sessionId = newSessionId('u');
    const of = (generation: number) =>
      refreshTokenFor(ring, { sessionId, generation, userId: 'u' }, 'ursula');
    const [predecessor, successor] = [of(6), of(7)];
    const sealed = sealSuccessor(successor, predecessor.secret);
    expect(unsealSuccessor(sealed, predecessor)).toEqual(successor.secret);
    expect(unsealSuccessor(sealed, of(6))).toBeNull();
    expect(unsealSuccessor(sealed, { ...predecessor, generation: 5 })).toBeNull();
    expect(unsealSuccessor(sealed, { ...predecessor, sessionId: newSessionId('u') })).toBeNull();
    expect(unsealSuccessor(sealed.slice(0, 20), predecessor)).toBeNull();
    expect(sealed).not.toContain(successor.secret.toString('base64url').slice(0, 24));
  });
});

describe('newSessionId', () => {
  it('newSessionId returns 22 characters, never the same, beginning with the shard of the user', () => {
    const ids = [newSessionId('u'), newSessionId('u'), newSessionId('v')];
    for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
    expect(new Set(ids).size).toBe(3);
    expect(ids.map(shardOfSession)).toEqual([shardOfUser('u'), shardOfUser('u'), shardOfUser('v')]);
    expect(shardOfUser('u')).toMatch(/^[\w-]{4}$/);
    expect(shardOfUser('u')).not.toBe(shardOfUser('v'));
  });
});

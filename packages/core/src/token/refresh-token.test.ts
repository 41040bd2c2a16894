import { describe, expect, it } from 'vitest';
import { deriveKeyRing } from './derived-keys.ts';
import type { MacKey } from './key-ring.ts';
import {
  createRefreshToken,
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
const ring = deriveKeyRing([secret(1)], 'HS256');

describe('the refresh token', () => {
  it('is lk1. and 92 characters, and parses back to itself', () => {
    const minted = createRefreshToken(ring, newSessionId('u'), 4_294_967_295);
    expect(minted.token).toMatch(/^lk1\.[\w-]{92}$/);
    expect(parseRefreshToken(ring, minted.token)).toEqual(minted);
  });

  it('is refused with any single bit flipped', () => {
    const { token } = createRefreshToken(ring, newSessionId('u'), 1);
    const bytes = Buffer.from(token.slice(4), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(parseRefreshToken(ring, `lk1.${flipped.toString('base64url')}`)).toBeNull();
    }
  });

  it.each([
    '',
    'lk1.',
    'lk1',
    'garbage',
    `lk2.${'A'.repeat(92)}`,
    `lk1.${'A'.repeat(91)}`,
    `lk1.${'A'.repeat(93)}`,
    `lk1.${'A'.repeat(92)}`,
    `lk1.${'+'.repeat(92)}`,
  ])('is refused when it is %s', (token) => {
    expect(parseRefreshToken(ring, token)).toBeNull();
  });

  it('is refused with anything before or after it, or another name in front', () => {
    const { token } = createRefreshToken(ring, newSessionId('u'), 1);
    for (const other of [
      `${token}A`,
      `${token}\n`,
      `x${token}`,
      ` ${token}`,
      `lk2.${token.slice(4)}`,
    ]) {
      expect([isRefreshTokenLike(other), parseRefreshToken(ring, other)]).toEqual([false, null]);
    }
  });

  it.each([
    [`lk1.${'A'.repeat(92)}`, true],
    [`lk1.${'_-'.repeat(46)}`, true],
    [`lk1.${'A'.repeat(91)}`, false],
    [`lk1.${'A'.repeat(93)}`, false],
    [`lk1.${'+'.repeat(92)}`, false],
    [`lk1 ${'A'.repeat(92)}`, false],
  ])('is known by its form, whoever made it: %s, %s', (token, like) => {
    expect(isRefreshTokenLike(token)).toBe(like);
  });

  it('is refused when it is endless', () => {
    expect(parseRefreshToken(ring, 'x'.repeat(100_000))).toBeNull();
  });

  it('is refused truncated at any length', () => {
    const { token } = createRefreshToken(ring, newSessionId('u'), 1);
    for (let length = 0; length < token.length; length++)
      expect(parseRefreshToken(ring, token.slice(0, length))).toBeNull();
  });

  it('of an older secret is accepted while that secret is listed, and refused afterwards', () => {
    const { token } = createRefreshToken(deriveKeyRing([secret(1)], 'HS256'), newSessionId('u'), 0);
    expect(parseRefreshToken(deriveKeyRing([secret(2), secret(1)], 'HS256'), token)).not.toBeNull();
    expect(parseRefreshToken(deriveKeyRing([secret(2)], 'HS256'), token)).toBeNull();
  });

  it('is accepted whichever of two keys of one id made it', () => {
    const [one, two] = [3, 4].map((fill) => deriveKeyRing([secret(fill)], 'HS256').macSigning) as [
      MacKey,
      MacKey,
    ];
    const macVerifying = [
      { ...one, id: 7 },
      { ...two, id: 7 },
    ];
    for (const macSigning of macVerifying) {
      const { token } = createRefreshToken({ macSigning }, newSessionId('u'), 0);
      expect([
        parseRefreshToken({ macVerifying }, token)?.token,
        parseRefreshToken({ macVerifying: [] }, token),
      ]).toEqual([token, null]);
    }
  });

  it('opens a sealed successor only as its very predecessor', () => {
    const id = newSessionId('u');
    const [predecessor, successor] = [
      createRefreshToken(ring, id, 6),
      createRefreshToken(ring, id, 7),
    ];
    const sealed = sealSuccessor(successor, predecessor.secret);
    expect(unsealSuccessor(sealed, predecessor)).toBe(successor.token);
    expect(unsealSuccessor(sealed, createRefreshToken(ring, id, 6))).toBeNull();
    expect(unsealSuccessor(sealed, { ...predecessor, generation: 5 })).toBeNull();
    expect(unsealSuccessor(sealed, { ...predecessor, sessionId: newSessionId('u') })).toBeNull();
    expect(unsealSuccessor(sealed.slice(0, 20), predecessor)).toBeNull();
    expect(sealed).not.toContain(Buffer.from(successor.token).toString('base64url').slice(0, 24));
  });
});

describe('a session id', () => {
  it('is 22 characters, never the same, and begins with the home of its user', () => {
    const ids = [newSessionId('u'), newSessionId('u'), newSessionId('v')];
    for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
    expect(new Set(ids).size).toBe(3);
    expect(ids.map(shardOfSession)).toEqual([shardOfUser('u'), shardOfUser('u'), shardOfUser('v')]);
    expect(shardOfUser('u')).toMatch(/^[\w-]{4}$/);
    expect(shardOfUser('u')).not.toBe(shardOfUser('v'));
  });
});

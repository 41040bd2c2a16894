import { describe, expect, it } from 'vitest';
import { deriveKeyRing } from './derived-keys.ts';
import { mintRefreshToken, newSessionId, parseRefreshToken, sealSuccessor, unsealSuccessor } from './refresh-token.ts';

const secret = (fill: number) => Buffer.alloc(32, fill).toString('base64url');
const ring = deriveKeyRing([secret(1)], 'HS256');

describe('the refresh token', () => {
  it('is lk1. and 92 characters, and parses back to itself', () => {
    const minted = mintRefreshToken(ring, newSessionId('u'), 4_294_967_295);
    expect(minted.token).toMatch(/^lk1\.[\w-]{92}$/);
    expect(parseRefreshToken(ring, minted.token)).toEqual(minted);
  });

  it('is refused with any single bit flipped', () => {
    const { token } = mintRefreshToken(ring, newSessionId('u'), 1);
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
    'x'.repeat(100_000),
  ])('is refused when it is %s', (token) => {
    expect(parseRefreshToken(ring, token)).toBeNull();
  });

  it('is refused truncated at any length', () => {
    const { token } = mintRefreshToken(ring, newSessionId('u'), 1);
    for (let length = 0; length < token.length; length++) expect(parseRefreshToken(ring, token.slice(0, length))).toBeNull();
  });

  it('of an older secret is accepted while that secret is listed, and refused afterwards', () => {
    const { token } = mintRefreshToken(deriveKeyRing([secret(1)], 'HS256'), newSessionId('u'), 0);
    expect(parseRefreshToken(deriveKeyRing([secret(2), secret(1)], 'HS256'), token)).not.toBeNull();
    expect(parseRefreshToken(deriveKeyRing([secret(2)], 'HS256'), token)).toBeNull();
  });

  it('opens a sealed successor only as its very predecessor', () => {
    const id = newSessionId('u');
    const [predecessor, successor] = [mintRefreshToken(ring, id, 6), mintRefreshToken(ring, id, 7)];
    const sealed = sealSuccessor(successor, predecessor.secret);
    expect(unsealSuccessor(sealed, predecessor)).toBe(successor.token);
    expect(unsealSuccessor(sealed, mintRefreshToken(ring, id, 6))).toBeNull();
    expect(unsealSuccessor(sealed, { ...predecessor, generation: 5 })).toBeNull();
    expect(unsealSuccessor(sealed, { ...predecessor, sessionId: newSessionId('u') })).toBeNull();
    expect(unsealSuccessor(sealed.slice(0, 20), predecessor)).toBeNull();
    expect(sealed).not.toContain(Buffer.from(successor.token).toString('base64url').slice(0, 24));
  });
});

import { describe, expect, it } from 'vitest';
import { deriveKeyRing } from '../keys/derived-keys.ts';
import { refreshTokenFor } from '../testing/index.ts';
import { createCsrfToken, verifyCsrfToken } from './csrf-token.ts';

const secret = (byte: number) =>
  Buffer.from(`the secret of these tests, number ${byte}`).toString('base64url');
const ring = deriveKeyRing([secret(1)]);
const rolled = deriveKeyRing([secret(2), secret(1)]);
const other = deriveKeyRing([secret(3)]);

describe('verifyCsrfToken', () => {
  const token = createCsrfToken(ring, 'session a');

  it('accepts a CSRF token for its binding, also after a key rotation', () => {
    expect([
      verifyCsrfToken(ring, token, 'session a'),
      verifyCsrfToken(rolled, token, 'session a'),
    ]).toEqual([true, true]);
  });

  it('createCsrfToken returns a different token each time', () => {
    expect(createCsrfToken(ring, 'session a')).not.toBe(token);
  });

  it.each([
    ['of another session', token, 'session b', ring],
    ['under another secret', token, 'session a', other],
    ['that is truncated', token.slice(0, -1), 'session a', ring],
    ['with a trailing character', `${token}A`, 'session a', ring],
    ['that is empty', '', 'session a', ring],
    [
      'that is a refresh token',
      refreshTokenFor(
        ring,
        { sessionId: 'AAAAAAAAAAAAAAAAAAAAAA', generation: 0, userId: 'a' },
        'alice',
      ).token,
      'AAAAAAAAAAAAAAAAAAAAAA',
      ring,
    ],
  ])('rejects a CSRF token %s', (_title, presented, binding, keys) => {
    expect(verifyCsrfToken(keys, presented, binding)).toBe(false);
  });

  it('rejects a CSRF token with any bit flipped', () => {
    const bytes = Buffer.from(token, 'base64url');
    const counted = Array.from({ length: bytes.length * 8 }, (_, bit) => {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      return verifyCsrfToken(ring, changed.toString('base64url'), 'session a');
    });
    expect(counted.filter(Boolean)).toEqual([]);
  });
});

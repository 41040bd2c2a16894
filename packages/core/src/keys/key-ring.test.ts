import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveKeyRing } from './derived-keys.ts';
import { keyRing } from './key-ring.ts';
import type { AccessTokenKey } from './keys.ts';

const SECRET = Buffer.from('the secret of these tests, number 7').toString('base64url');
const ring = deriveKeyRing([SECRET]);
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

describe('keyRing', () => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  const macKeys = ring.macVerifying;

  it('deriveKeyRing derives the same keys from a secret in base64 and in base64url', () => {
    const bytes = createHash('sha256').update('secret 1').digest();
    expect(bytes.toString('base64')).toMatch(/[+/].*=$/);
    const [one, other] = (['base64', 'base64url'] as const).map((encoding) =>
      deriveKeyRing([bytes.toString(encoding)]),
    );
    expect(one?.signing.kid).toBe(other?.signing.kid);
  });

  it('keyRing names each unusable secret by its position, never by its value', () => {
    expect(() => deriveKeyRing(['too short', 'dG9vLXNob3J0', SECRET])).toThrowError(
      /secrets\[0\].*base64url[\s\S]*secrets\[1\].*at least 32 random bytes/,
    );
    expect(() => deriveKeyRing(['dG9vLXNob3J0'])).not.toThrowError(/dG9v/);
    expect(() => deriveKeyRing([])).toThrowError(/at least one/);
  });

  it.each<[string, AccessTokenKey, RegExp]>([
    [
      'RSA of 1024 bits',
      { kid: 'k', algorithm: 'RS256', signKey: small.privateKey, verifyKey: small.publicKey },
      /2048 bits/,
    ],
    [
      'P-384 for ES256',
      { kid: 'k', algorithm: 'ES256', signKey: p384.privateKey, verifyKey: p384.publicKey },
      /P-256/,
    ],
    [
      'an RSA key for HS256',
      { kid: 'k', algorithm: 'HS256', signKey: rsa.privateKey, verifyKey: rsa.publicKey },
      /kind secret/,
    ],
    ['a secret for RS256', { ...ring.signing, algorithm: 'RS256' }, /kind rsa/],
  ])('keyRing rejects %s', (_title, key, message) => {
    expect(() => keyRing([key], macKeys)).toThrowError(message);
  });

  it('keyRing rejects two keys with one kid, and an empty ring', () => {
    expect(() => keyRing([ring.signing, ring.signing], macKeys)).toThrowError(/differ/);
    expect(() => keyRing([], [])).toThrowError(/at least one key/);
  });
});

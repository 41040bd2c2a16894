import { generateKeyPairSync } from 'node:crypto';
import { type Algorithm, deriveKeyRing, type KeyRing, keyRing } from '@latchkey/core';

/**
 * Creates a key ring that signs with one algorithm. The HS256 key is derived from the secret; RS256
 * (2048 bits) and ES256 get a new key pair.
 */
export function benchRing(secret: string, algorithm: Algorithm): KeyRing {
  const derived = deriveKeyRing([secret]);
  if (algorithm === 'HS256') return derived;
  const { privateKey: signKey, publicKey: verifyKey } =
    algorithm === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return keyRing([{ kid: algorithm, algorithm, signKey, verifyKey }], derived.macVerifying);
}

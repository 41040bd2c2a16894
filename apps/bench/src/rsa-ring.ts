import { generateKeyPairSync } from 'node:crypto';
import { deriveKeyRing, type KeyRing, keyRing } from '@latchkey/core';

/**
 * A ring that signs with a new RSA key of 2048 bits: unlike the others, it cannot be derived from a
 * secret.
 */
export function rsaRing(secret: string): KeyRing {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return keyRing(
    [{ kid: 'rsa', algorithm: 'RS256', signKey: privateKey, verifyKey: publicKey }],
    deriveKeyRing([secret], 'HS256').macVerifying,
  );
}

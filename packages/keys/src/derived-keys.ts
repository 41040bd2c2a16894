import { deriveKeyRing } from '@latchkey/core';
import { deriveBytes } from '@latchkey/core/crypto';
import type { KeyPurpose, ManagedKey } from './key-lifecycle.ts';

/**
 * Derives the keys of `deriveKeyRing` for one purpose, as a key source returns them: HS256, without
 * dates, and the last one signs.
 *
 * @param secrets base64url, at least 32 bytes each; the first signs
 * @throws OptionsError naming each unusable secret by its position, never by its value
 * @example
 * import { derivedKeys, KEY_PURPOSES, staticKeys } from '@latchkey/keys';
 *
 * const secrets = [newSecret, oldSecret];
 * const source = staticKeys(KEY_PURPOSES.flatMap((purpose) => derivedKeys(secrets, purpose)));
 */
export function derivedKeys(secrets: readonly string[], purpose: KeyPurpose): ManagedKey[] {
  const { verifying, macVerifying } = deriveKeyRing(secrets);
  const common = { algorithm: 'HS256', signsFrom: null, revokedAt: null } as const;
  const keys =
    purpose === 'access-token'
      ? [...verifying.values()].map((key) => ({ ...common, purpose, kid: key.kid, key }))
      : macVerifying.map((key, index) => ({
          ...common,
          purpose,
          kid: deriveKid(secrets[index] ?? ''),
          key,
        }));
  return keys.toReversed();
}

function deriveKid(secret: string): string {
  return deriveBytes(
    Buffer.from(secret, 'base64url'),
    '',
    'latchkey kid refresh-token',
    9,
  ).toString('base64url');
}

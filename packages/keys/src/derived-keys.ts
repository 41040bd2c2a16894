import { type DerivableAlgorithm, deriveKeyRing } from '@latchkey/core';
import { deriveBytes } from '@latchkey/core/crypto';
import type { KeyPurpose, ManagedKey } from './key-lifecycle.ts';

/**
 * The keys of `deriveKeyRing` as a key source returns them: without dates, and the last one of each
 * purpose signs.
 *
 * @param secrets base64url, at least 32 bytes each; the first signs
 * @param algorithm of the access-token keys; `null` derives none
 * @throws OptionsError naming each unusable secret by its position, never by its value
 */
export function derivedKeys(
  secrets: readonly string[],
  algorithm: DerivableAlgorithm | null,
): ManagedKey[] {
  const { verifying, macVerifying } = deriveKeyRing(secrets, algorithm ?? 'HS256');
  const accessTokenKeys = [...verifying.values()];
  return secrets
    .flatMap((secret, index): ManagedKey[] => {
      const common = { algorithm: 'HS256', signsFrom: null, revokedAt: null } as const;
      const [accessTokenKey, macKey] = [accessTokenKeys[index], macVerifying[index]];
      if (!accessTokenKey || !macKey) return [];
      const keys: ManagedKey[] = [
        {
          ...common,
          purpose: 'refresh-token',
          kid: deriveKid(secret, 'refresh-token'),
          key: macKey,
        },
      ];
      const { kid, algorithm: bound } = accessTokenKey;
      return algorithm === null
        ? keys
        : [
            ...keys,
            { ...common, purpose: 'access-token', kid, algorithm: bound, key: accessTokenKey },
          ];
    })
    .toReversed();
}

function deriveKid(secret: string, purpose: KeyPurpose): string {
  return deriveBytes(Buffer.from(secret, 'base64url'), '', `latchkey kid ${purpose}`, 9).toString(
    'base64url',
  );
}

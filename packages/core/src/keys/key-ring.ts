import { OptionsError } from '../lib/options-error.ts';
import { keyFaults } from './key-faults.ts';
import type { AccessTokenKey, AuditKey, MacKey } from './keys.ts';

/**
 * The keys of access tokens, found by `kid` only, and the MAC keys of refresh tokens: of each kind
 * one signs and several verify. Keys are rotated while the program runs, so read the properties at
 * every use.
 */
export interface KeyRing {
  readonly signing: AccessTokenKey;
  readonly verifying: ReadonlyMap<string, AccessTokenKey>;
  readonly macSigning: MacKey;
  /**
   * The MAC keys that verify. A key id is one byte, so several keys may share it: each of them is
   * tried.
   */
  readonly macVerifying: readonly MacKey[];
  /**
   * Reloads the keys: another node may sign with a key that this ring does not have yet.
   *
   * @returns `null` if there is nothing to wait for: the ring has no source, or was just reloaded
   */
  seek(): Promise<void> | null;
}

/** The keys of the audit log's seals: one seals, all verify. */
export interface AuditKeyRing {
  readonly auditSigning: AuditKey;
  readonly auditVerifying: readonly AuditKey[];
}

/**
 * Builds a ring of keys that do not change; the first key of each list signs.
 *
 * @throws OptionsError naming each key that is weak, of the wrong kind for its algorithm, or the
 *   same as another one
 * @example
 * import { createPublicKey, generateKeyPairSync, generateKeySync } from 'node:crypto';
 * import { keyRing } from '@latchkey/core';
 *
 * const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
 * const verifyKey = createPublicKey(privateKey);
 * const ring = keyRing(
 *   [{ kid: '2027-01', algorithm: 'ES256', signKey: privateKey, verifyKey }],
 *   [{ id: 1, key: generateKeySync('hmac', { length: 256 }) }],
 * );
 */
export function keyRing(
  accessTokenKeys: readonly AccessTokenKey[],
  macKeys: readonly MacKey[],
): KeyRing {
  const [signing] = accessTokenKeys;
  const [macSigning] = macKeys;
  if (!signing || !macSigning)
    throw new OptionsError([
      { option: 'keys', value: [], fix: 'give at least one key of each kind' },
    ]);
  const verifying = new Map(accessTokenKeys.map((key) => [key.kid, key]));
  const faults = keyFaults([
    ...accessTokenKeys.map((key) => ({ name: key.kid, key })),
    ...macKeys.map((key, index) => ({ name: `macKeys[${index}]`, key })),
  ]);
  if (verifying.size < accessTokenKeys.length)
    faults.push({
      option: 'kid',
      value: accessTokenKeys.map((key) => key.kid),
      fix: 'must differ between keys',
    });
  if (faults.length > 0) throw new OptionsError(faults);
  return { signing, verifying, macSigning, macVerifying: macKeys, seek: () => null };
}

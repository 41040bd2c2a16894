import { OptionsError } from '../errors.ts';
import { keyFaults } from './key-faults.ts';
import type { AccessTokenKey, AuditKey, MacKey } from './keys.ts';

/**
 * One signing key, several verifying ones, found by `kid` only; and the same for the MAC of refresh
 * tokens. The properties are read at every use and may change between two: keys roll over while the
 * program runs.
 */
export interface KeyRing {
  readonly signing: AccessTokenKey;
  readonly verifying: ReadonlyMap<string, AccessTokenKey>;
  readonly macSigning: MacKey;
  /** Several keys may share an id, which is one byte: all of them are tried. */
  readonly macVerifying: readonly MacKey[];
  /**
   * Looks for keys that other nodes may have and this ring has not. `null` where there is nothing
   * to wait for: no source, or asked a moment ago.
   */
  seek(): Promise<void> | null;
}

/** The keys of the audit log's seals: one seals, all of them verify. */
export interface AuditKeyRing {
  readonly auditSigning: AuditKey;
  readonly auditVerifying: readonly AuditKey[];
}

/**
 * A ring of given keys; the first of each list signs.
 *
 * @throws OptionsError naming each key that is of the wrong kind for its algorithm, weak, or the
 *   same as another one
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

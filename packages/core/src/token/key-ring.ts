import type { KeyObject } from 'node:crypto';
import { OptionsError } from '../options.ts';
import { keyFaults } from './key-faults.ts';

/**
 * The algorithms an access token may be signed with. Each key is bound to exactly one (RFC 8725,
 * 3.1).
 */
export const ALGORITHMS = ['HS256', 'RS256', 'ES256'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** A key that signs and verifies access tokens. For HS256 both keys are the same secret. */
export interface AccessTokenKey {
  readonly kid: string;
  readonly algorithm: Algorithm;
  readonly signKey: KeyObject;
  readonly verifyKey: KeyObject;
}

/** A key that authenticates refresh tokens. `id` is the byte by which a token names it. */
export interface MacKey {
  readonly id: number;
  readonly key: KeyObject;
}

/** A key that seals batches of audit events. Several may share an id: all of them are tried. */
export type AuditKey = MacKey;

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

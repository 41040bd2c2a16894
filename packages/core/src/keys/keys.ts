import type { KeyObject } from 'node:crypto';

/** The algorithms of access tokens. Each key is bound to exactly one (RFC 8725, 3.1). */
export const ALGORITHMS = ['HS256', 'RS256', 'ES256'] as const;
/** A signing algorithm: one of {@link ALGORITHMS} (RFC 7518, 3.1). */
export type Algorithm = (typeof ALGORITHMS)[number];

/** A key pair of access tokens. For HS256 both are the same secret key. */
export interface AccessTokenKey {
  readonly kid: string;
  readonly algorithm: Algorithm;
  readonly signKey: KeyObject;
  readonly verifyKey: KeyObject;
}

/** A MAC key of refresh tokens. `id` is the byte that names it in a token. */
export interface MacKey {
  readonly id: number;
  readonly key: KeyObject;
}

/** A key that seals batches of audit events. Several may share an id: all are tried. */
export type AuditKey = MacKey;

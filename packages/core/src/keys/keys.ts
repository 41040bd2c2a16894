import type { KeyObject } from 'node:crypto';

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

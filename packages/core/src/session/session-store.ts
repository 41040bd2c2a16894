import type { Client } from '../audit/client.ts';
import type { RevocationReason } from '../revocation/revocation-reason.ts';

/**
 * One sign-in on one device. All instants are milliseconds since the epoch, by the clock the store
 * is handed.
 */
export interface SessionRecord {
  readonly id: string;
  readonly userId: string;
  /** The user's name at sign-in, for lists. */
  readonly username: string;
  /** 0 at sign-in; one more with each rotation. */
  readonly generation: number;
  /** SHA-256 of the current refresh token's secret. */
  readonly secretHash: string;
  /** `null` at generation 0, and after a loss of writes when nobody knows it any more. */
  readonly previousSecretHash: string | null;
  /**
   * The current refresh token, readable only with the previous one's secret; `null` where it was
   * adopted from the browser.
   */
  readonly sealedSuccessor: string | null;
  /** When the current refresh token was last put into a Set-Cookie. */
  readonly deliveredAt: number;
  /** When the browser first proved that it holds the current generation; `null` until then. */
  readonly acknowledgedAt: number | null;
  /** The user's token version at sign-in. */
  readonly tokenVersion: number;
  readonly createdAt: number;
  /**
   * When the person last proved who they are in this session: by signing in, or by giving their
   * password again.
   */
  readonly authenticatedAt: number;
  readonly lastSeenAt: number;
  readonly idleExpiresAt: number;
  readonly absoluteExpiresAt: number;
  readonly revokedAt: number | null;
  readonly revokedReason: RevocationReason | null;
  /** The client that signed in or last rotated. */
  readonly userAgent: string | null;
  readonly ipAddress: string | null;
}

/**
 * What must hold for a rotation to win. A session that is revoked, or expired at `now`, never
 * matches.
 */
export interface RotationMatch {
  readonly sessionId: string;
  readonly generation: number;
  readonly secretHash: string;
  readonly now: number;
  /**
   * The current refresh token must have been handed out at or before this instant. Generation 0
   * matches whatever this says.
   */
  readonly deliveredBy: number;
}

/**
 * What a winning rotation writes. `acknowledgedAt` becomes null, `lastSeenAt` the match's `now`.
 */
export interface RotationNext extends Client {
  readonly generation: number;
  readonly secretHash: string;
  readonly previousSecretHash: string | null;
  readonly sealedSuccessor: string | null;
  readonly deliveredAt: number;
  readonly idleExpiresAt: number;
}

/**
 * The record after the attempt: as rotated when won, as found when lost, `null` when there is none.
 */
export type RotationResult =
  | { readonly won: true; readonly session: SessionRecord }
  | { readonly won: false; readonly session: SessionRecord | null };

export interface Acknowledgement {
  readonly sessionId: string;
  readonly generation: number;
  /** When the proof was presented. */
  readonly at: number;
}

/**
 * Where sessions live. Each verb is one atomic fact; there are no locks and no read-then-write.
 * Instants are handed in; a store never reads a clock. Every verb may throw
 * `StoreUnavailableError`, and none may do half of its work. The contract that every store must
 * pass is `sessionStoreContract` in `@latchkey/core/testing/contracts`; `sessionStoreModel`
 * compares it with the memory store.
 */
export interface SessionStore {
  /** Adds a new session. */
  create(session: SessionRecord): Promise<void>;
  find(sessionId: string): Promise<SessionRecord | null>;
  /** Compare-and-set: wins for one caller and changes nothing for every other. */
  rotate(match: RotationMatch, next: RotationNext): Promise<RotationResult>;
  /**
   * Notes that the current refresh token was handed out again. False when the session has moved on
   * or ended; `deliveredAt` never goes back.
   */
  recordDelivery(sessionId: string, generation: number, at: number): Promise<boolean>;
  /**
   * Notes proofs of receipt: only where the generation is still the same and not acknowledged yet.
   * Idempotent.
   */
  acknowledge(batch: readonly Acknowledgement[]): Promise<void>;
  /**
   * Lets a session go on past a raised token version: from now on it counts as issued under this
   * one. Never lowers it.
   *
   * @returns false for a session that is unknown or revoked
   */
  setTokenVersion(sessionId: string, tokenVersion: number): Promise<boolean>;
  /**
   * Notes that the person proved again who they are. `authenticatedAt` never goes back.
   *
   * @returns false for a session that is unknown or revoked
   */
  recordAuthentication(sessionId: string, at: number): Promise<boolean>;
  /**
   * Ends a session. The record as it is now for the one caller that ended it; `null` for later
   * ones, which change nothing, not even the reason.
   */
  revoke(sessionId: string, reason: RevocationReason, at: number): Promise<SessionRecord | null>;
  /**
   * Ends every live session of a user, except one if named. A store may do so in several atomic
   * steps of a bounded size; one that fails in between has ended some, and the next call ends the
   * rest.
   *
   * @returns the ids of the sessions that this call ended
   */
  revokeAllOfUser(
    userId: string,
    reason: RevocationReason,
    at: number,
    exceptSessionId?: string,
  ): Promise<string[]>;
  /**
   * One page of a user's sessions that are neither revoked nor expired at `now`, the newest sign-in
   * first: ordered by `createdAt`, then by `id`, both descending. Reads a number of sessions that
   * depends on `limit` alone.
   */
  findByUser(userId: string, now: number, page: SessionPageQuery): Promise<SessionPage>;
  /**
   * Removes sessions that expired at or before an instant, in one short step: it looks at `limit`
   * sessions and no more.
   *
   * @param after where the step before left off; `null` to begin
   */
  purge(expiredBy: number, limit: number, after: string | null): Promise<PurgeStep>;
}

/**
 * A place in a user's list of sessions. Neither field ever changes, so a rotation moves no session
 * from one page to another.
 */
export type SessionCursor = Pick<SessionRecord, 'createdAt' | 'id'>;

/** Which page of a user's sessions. */
export interface SessionPageQuery {
  /** How many sessions at most. */
  readonly limit: number;
  /** The `next` of the page before; absent for the first page. */
  readonly after?: SessionCursor | undefined;
}

export interface SessionPage {
  /**
   * Fewer than `limit`, possibly none, where ended sessions lie between: only `next` says whether
   * the list is complete.
   */
  readonly sessions: readonly SessionRecord[];
  /** Where the next page begins; `null` after the last session. */
  readonly next: SessionCursor | null;
}

/** How far a purge has come. */
export interface PurgeStep {
  readonly removed: number;
  /** Where to go on; `null` when all have been looked at. */
  readonly next: string | null;
}

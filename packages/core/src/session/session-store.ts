import type { Client } from '../audit/client.ts';
import type { RevocationReason } from '../revocation/revocation-reason.ts';

/**
 * A session: one sign-in in one browser. Instants are milliseconds since the epoch, by the session
 * layer's clock.
 */
export interface SessionRecord {
  /**
   * The session id: 22 characters of base64url. The first four are the user's shard
   * (`shardOfSession`).
   */
  readonly id: string;
  /** The id of the user: up to 64 bytes of UTF-8. */
  readonly userId: string;
  /** The username at sign-in, for lists of sessions; up to 256 characters. */
  readonly username: string;
  /** How often the refresh token was rotated: 0 at sign-in; below 2^32. */
  readonly generation: number;
  /** SHA-256 of the current refresh token's secret: 43 characters of base64url. */
  readonly secretHash: string;
  /**
   * SHA-256 of the previous refresh token's secret; `null` at generation 0, or if lost writes took
   * it.
   */
  readonly previousSecretHash: string | null;
  /**
   * The current refresh token's secret, encrypted under the previous one's: 80 characters of
   * base64url; `null` at generation 0 and for a token that was adopted.
   */
  readonly sealedSuccessor: string | null;
  /** When the current refresh token was last delivered (Set-Cookie). */
  readonly deliveredAt: number;
  /** When the browser first presented a token of this generation; `null` until then. */
  readonly acknowledgedAt: number | null;
  /** The user's token version at sign-in. */
  readonly tokenVersion: number;
  readonly createdAt: number;
  /** When the user last authenticated in this session: at sign-in, or by reauthentication. */
  readonly authenticatedAt: number;
  readonly lastSeenAt: number;
  readonly idleExpiresAt: number;
  readonly absoluteExpiresAt: number;
  readonly revokedAt: number | null;
  readonly revokedReason: RevocationReason | null;
  /** The User-Agent of the client that signed in or last rotated; up to 512 characters. */
  readonly userAgent: string | null;
  readonly ipAddress: string | null;
}

/** The conditions of a rotation. A session that is revoked, or expired at `now`, never matches. */
export interface RotationMatch {
  readonly sessionId: string;
  readonly generation: number;
  readonly secretHash: string;
  readonly now: number;
  /**
   * The current refresh token must have been delivered at or before this instant. Generation 0
   * always meets this condition.
   */
  readonly deliveredBy: number;
}

/** What a rotation writes. It also sets `acknowledgedAt` to `null` and `lastSeenAt` to `now`. */
export interface RotationNext extends Client {
  readonly generation: number;
  readonly secretHash: string;
  readonly previousSecretHash: string | null;
  readonly sealedSuccessor: string | null;
  readonly deliveredAt: number;
  readonly idleExpiresAt: number;
}

/** The record after the attempt: rotated if `won`, else as found; `null` if it does not exist. */
export type RotationResult =
  | { readonly won: true; readonly session: SessionRecord }
  | { readonly won: false; readonly session: SessionRecord | null };

/** Proof that a browser holds the tokens of a generation: it has presented one. */
export interface Acknowledgement {
  readonly sessionId: string;
  readonly generation: number;
  /** When the token was presented, in milliseconds since the epoch. */
  readonly at: number;
}

/**
 * The port to the sessions. Each method is atomic for each session that it changes: between its
 * condition and its write no other caller may write (one conditional statement, or a short
 * transaction with a row lock). What a method has written, every node reads from then on. Texts are
 * compared byte for byte. Instants are parameters; a store never reads a clock.
 *
 * Every method throws `StoreUnavailableError`, within seconds, if the database cannot answer: the
 * client gets 503 and keeps its cookies. Any other error becomes 500. Test a store of your own with
 * `sessionStoreContract` and `sessionStoreModel` of `@latchkey/core/testing/contracts`
 * (docs/own-store.md).
 */
export interface SessionStore {
  /** Adds a session. @throws if its id exists */
  create(session: SessionRecord): Promise<void>;
  find(sessionId: string): Promise<SessionRecord | null>;
  /** Compare-and-set: of racing callers one wins; the others change nothing. */
  rotate(match: RotationMatch, next: RotationNext): Promise<RotationResult>;
  /**
   * Records that the current refresh token was delivered again. `deliveredAt` never decreases.
   *
   * @returns false if the generation has changed or the session was revoked
   */
  recordDelivery(sessionId: string, generation: number, at: number): Promise<boolean>;
  /**
   * Records acknowledgements of generations that are current and not acknowledged yet. Each is
   * atomic, the batch need not be.
   */
  acknowledge(batch: readonly Acknowledgement[]): Promise<void>;
  /**
   * Sets the token version of a session, so that it survives a raise of its user's. Never lowers
   * it.
   *
   * @returns false for a session that is unknown or revoked
   */
  setTokenVersion(sessionId: string, tokenVersion: number): Promise<boolean>;
  /**
   * Records a reauthentication. `authenticatedAt` never decreases.
   *
   * @returns false for a session that is unknown or revoked
   */
  recordAuthentication(sessionId: string, at: number): Promise<boolean>;
  /**
   * Revokes a session.
   *
   * @returns the revoked record; `null`, without any change, if it is unknown or was revoked before
   */
  revoke(sessionId: string, reason: RevocationReason, at: number): Promise<SessionRecord | null>;
  /**
   * Revokes every live session of a user, except one if named. A store may do it in several atomic
   * steps of bounded size; if one of them fails, the next call revokes the rest.
   *
   * @returns the ids of the sessions that this call revoked
   */
  revokeAllOfUser(
    userId: string,
    reason: RevocationReason,
    at: number,
    exceptSessionId?: string,
  ): Promise<string[]>;
  /**
   * Lists one page of a user's sessions that are neither revoked nor expired at `now`, ordered by
   * `createdAt`, then by `id`, both descending. The number of sessions read depends on `limit`
   * only.
   */
  findByUser(userId: string, now: number, page: SessionPageQuery): Promise<SessionPage>;
  /**
   * Deletes sessions that expired at or before an instant, in one step that reads up to `limit`
   * sessions. `purgeExpired` calls it until every session was read.
   *
   * @param after the `next` of the step before; `null` to begin
   */
  purge(expiredBy: number, limit: number, after: string | null): Promise<PurgeStep>;
}

/**
 * A position in a user's list of sessions. Neither field ever changes, so a rotation does not move
 * a session to another page.
 */
export type SessionCursor = Pick<SessionRecord, 'createdAt' | 'id'>;

/** Which page of a user's sessions to read. */
export interface SessionPageQuery {
  /** The most sessions that the page may hold. */
  readonly limit: number;
  /** The `next` of the page before; absent for the first page. */
  readonly after?: SessionCursor | undefined;
}

/** One page of a user's sessions. */
export interface SessionPage {
  /**
   * The sessions of the page: possibly fewer than `limit`, even none, though `next` is not `null`.
   */
  readonly sessions: readonly SessionRecord[];
  /** The cursor of the next page; `null` if the list is complete. */
  readonly next: SessionCursor | null;
}

/** The result of one step of a purge. */
export interface PurgeStep {
  readonly removed: number;
  /** The cursor of the next step; `null` after the last one. */
  readonly next: string | null;
}

import type { RevocationReason } from './revocation-reason.ts';

/**
 * The record that a session was ended, kept apart from the session. All instants are milliseconds
 * since the epoch.
 */
export interface Revocation {
  readonly sessionId: string;
  /** The id of the session's user; empty if the session store did not know the session. */
  readonly userId: string;
  readonly reason: RevocationReason;
  readonly at: number;
  /** When the session would have expired at the latest. */
  readonly expiresAt: number;
}

/**
 * Keeps revocations so that they outlive the session store (port). Every method may throw
 * `StoreUnavailableError`.
 */
export interface RevocationLog {
  /**
   * Adds the revocations that are not recorded yet.
   *
   * @returns the session ids that this call added: of several callers with the same id, exactly one
   *   receives it
   */
  record(revocations: readonly Revocation[]): Promise<string[]>;
  /** Returns the recorded revocations of the sessions with these ids. */
  find(sessionIds: readonly string[]): Promise<Revocation[]>;
}

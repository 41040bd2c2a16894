import type { RevocationReason } from './revocation-reason.ts';

/**
 * The record that a session was ended, kept apart from the session. All instants are milliseconds
 * since the epoch.
 */
export interface Revocation {
  readonly sessionId: string;
  /** Empty where the session store did not know the session. */
  readonly userId: string;
  readonly reason: RevocationReason;
  readonly at: number;
  /** The session could not live beyond this instant in any case. */
  readonly expiresAt: number;
}

/**
 * Keeps revocations so that they outlive the session store (port). Every method may throw
 * `StoreUnavailableError`.
 */
export interface RevocationLog {
  /**
   * Adds those that are missing and returns the session ids it added: of several callers who add
   * the same one, exactly one receives its id.
   */
  record(revocations: readonly Revocation[]): Promise<string[]>;
  /** Returns the revocations of these sessions. */
  find(sessionIds: readonly string[]): Promise<Revocation[]>;
}

import type { RevocationReason } from './revocation-reason.ts';

/**
 * Tells every node that access tokens are revoked. `at` is in milliseconds since the epoch.
 *
 * - `session`: the session was revoked, and its access tokens with it. `userId` is empty if the
 *   session was unknown or had ended before.
 * - `user`: the user's token version was raised; access tokens with a lower `ver` are revoked.
 */
export type RevocationNotice =
  | {
      readonly kind: 'session';
      readonly userId: string;
      readonly sessionId: string;
      readonly reason: RevocationReason;
      readonly at: number;
    }
  | {
      readonly kind: 'user';
      readonly userId: string;
      readonly tokenVersion: number;
      readonly reason: RevocationReason;
      readonly at: number;
    };

/** Receives the notices of a feed. */
export interface RevocationSubscriber {
  /** Receives notices, possibly repeated or out of order. Must not throw. */
  onNotices(notices: readonly RevocationNotice[]): void;
  /**
   * Called regularly while the feed works: every notice committed before this instant (of the
   * subscriber's clock, in milliseconds since the epoch) has been delivered. `Infinity`, once, for
   * a feed that cannot lose notices. Must not throw.
   */
  onUpToDate(at: number): void;
}

/**
 * The port that delivers revocation notices to every node. Test it with `revocationFeedContract`.
 */
export interface RevocationFeed {
  /**
   * Publishes notices. Call it within the transaction of the change: subscribers receive them once
   * it is committed, and never if it is rolled back.
   *
   * @throws StoreUnavailableError
   */
  publish(notices: readonly RevocationNotice[]): Promise<void>;
  /**
   * For a feed whose `publish` joins a transaction: as `AuditLog.afterCommit`. This node then acts
   * on its own notices after the commit, without an audit log too.
   */
  afterCommit?(tell: () => void | Promise<void>): Promise<void>;
  /**
   * Delivers every notice that is not older than `seconds`, then each new one without a gap, also
   * across outages, until `close` is called. Resolves once the first notices are delivered.
   *
   * @throws StoreUnavailableError if they cannot be read
   */
  subscribe(subscriber: RevocationSubscriber, seconds: number): Promise<{ close(): Promise<void> }>;
}

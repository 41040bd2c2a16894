import type { RevocationReason } from './revocation-reason.ts';

/**
 * What every node must know at once, because access tokens that are out do not hold any more.
 * Instants are milliseconds since the epoch.
 *
 * - `session`: that session ended; none of its access tokens holds. `userId` is empty where the
 *   store did not end it now: it was over before, or unknown.
 * - `user`: the user's token version was raised; access tokens with a lower `ver` do not hold.
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

/** Who is told. */
export interface RevocationSubscriber {
  /**
   * Notices as they come; the same one may come more than once, and not always in order. Must not
   * throw.
   */
  onNotices(notices: readonly RevocationNotice[]): void;
  /**
   * Everything that was committed before this instant (by the subscriber's clock) has been handed
   * over. Said again and again while all is well; `Infinity` by a feed that can lose nothing.
   */
  onUpToDate(at: number): void;
}

/** Brings notices from the node where something was revoked to every node. */
export interface RevocationFeed {
  /**
   * Makes notices known. Call it within the transaction of the change: others see them once it is
   * committed, and never if it is not.
   *
   * @throws StoreUnavailableError
   */
  publish(notices: readonly RevocationNotice[]): Promise<void>;
  /**
   * Hands over every notice that is not older than `seconds`, then each new one, without a gap,
   * also across outages, until closed. Resolves once the first ones are handed over.
   *
   * @throws StoreUnavailableError when that fails
   */
  subscribe(subscriber: RevocationSubscriber, seconds: number): Promise<{ close(): Promise<void> }>;
}

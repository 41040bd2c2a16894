import type { RevocationFeed } from '../revocation/revocation-feed.ts';
import type { SecurityEvent } from './security-event.ts';

/**
 * The port to a log of security events, written together with the changes they record. Events
 * without a change (`session.shared`, `session.recovered`) go to {@link OnEvent} only.
 */
export interface AuditLog {
  /**
   * Runs `work` in a transaction that covers its writes and the appended events, if one database
   * holds both. A nested call joins the outer transaction.
   */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Calls `tell` once the outermost open transaction has committed, and never if it is rolled back.
   * The transaction waits for the callback for a bounded time and ignores its errors. Outside a
   * transaction the callback runs at once and is awaited.
   */
  afterCommit(tell: () => void | Promise<void>): Promise<void>;
  /** Appends events to the audit log. @throws StoreUnavailableError */
  append(events: readonly SecurityEvent[]): Promise<void>;
}

/** Stores nothing: events go to {@link OnEvent} only, after a commit that the feed knows of. */
export const noAuditLog = (feed: RevocationFeed | undefined): AuditLog => ({
  transaction: (work) => work(),
  afterCommit: async (tell) => (feed?.afterCommit ? feed.afterCommit(tell) : tell()),
  append: async () => {},
});

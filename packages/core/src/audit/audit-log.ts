import type { SecurityEvent } from './security-event.ts';

/**
 * Where security events are kept beside the changes that they record. What changes nothing
 * (`session.shared`, `session.recovered`) is only told to {@link OnEvent}.
 */
export interface AuditLog {
  /**
   * Runs work so that what it writes and what is appended meanwhile is kept whole or not at all,
   * where one database holds both. A call within a call joins it.
   */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Calls back once the outermost transaction under way is committed, and never if it is not. The
   * transaction then waits for it, for a bounded time, and does not mind when it fails. Where none
   * is under way it is called at once, and waited for here.
   */
  afterCommit(tell: () => void | Promise<void>): Promise<void>;
  /** @throws StoreUnavailableError */
  append(events: readonly SecurityEvent[]): Promise<void>;
}

/** Keeps nothing: for those who only listen. */
export const NO_AUDIT_LOG: AuditLog = {
  transaction: (work) => work(),
  afterCommit: async (tell) => tell(),
  append: async () => {},
};

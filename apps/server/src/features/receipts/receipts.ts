import type { Clock, SessionRecord, SessionStore } from '@latchkey/core';
import type { SqlAuditLog } from '@latchkey/sql';
import { receiptOf, receiptsOf, referenceIn } from './receipt.ts';
import type { SessionReceipt, SqlSessionReceipts } from './session-receipts.ts';

/** Answers "why was I signed out?". */
export interface Receipts {
  /**
   * Returns why a session ended; `null` while it lives, and for an unknown or purged session.
   *
   * @throws StoreUnavailableError
   */
  explain(sessionIdOrReference: string): Promise<SessionReceipt | null>;
  /**
   * Lists the receipts of one user, newest first.
   *
   * @throws StoreUnavailableError
   */
  listOfUser(userId: string, limit: number): Promise<SessionReceipt[]>;
}

/**
 * Wraps an audit log: for every session that an event ends, a receipt is written in the same
 * transaction.
 */
export function withReceipts(
  log: SqlAuditLog,
  receipts: Pick<SqlSessionReceipts, 'add'>,
): SqlAuditLog {
  return {
    transaction: (work) => log.transaction(work),
    afterCommit: (tell) => log.afterCommit(tell),
    list: (filter) => log.list(filter),
    append: (entries) =>
      log.transaction(async () => {
        await log.append(entries);
        const ended = entries.flatMap(receiptsOf);
        if (ended.length > 0) await receipts.add(ended);
      }),
  };
}

/**
 * Creates the explanations of ended sessions.
 *
 * @param kept what {@link withReceipts} wrote. An expiry is no act: its receipt is written at the
 *   first query
 */
export function createReceipts({
  kept,
  store,
  clock,
}: {
  kept: SqlSessionReceipts;
  store: Pick<SessionStore, 'find'>;
  clock: Clock;
}): Receipts {
  return {
    async explain(wanted) {
      const sessionId = referenceIn(wanted);
      const receipt = await kept.find(sessionId);
      if (receipt) return receipt;
      const session = await store.find(sessionId);
      const ended = session && endOf(session, clock.now());
      if (ended) await kept.add([ended]);
      return ended;
    },
    listOfUser: (userId, limit) => kept.listOfUser(userId, limit),
  };
}

/**
 * Derives the receipt from the session's own record, which was revoked by an older version or has
 * expired.
 */
function endOf(
  { id, userId, revokedAt, revokedReason, idleExpiresAt, absoluteExpiresAt }: SessionRecord,
  now: number,
): SessionReceipt | null {
  if (revokedAt !== null)
    return receiptOf(id, userId, revokedReason ?? 'administrator', 'server', revokedAt);
  if (now < Math.min(idleExpiresAt, absoluteExpiresAt)) return null;
  return absoluteExpiresAt <= idleExpiresAt
    ? receiptOf(id, userId, 'max_expired', 'server', absoluteExpiresAt)
    : receiptOf(id, userId, 'idle_expired', 'server', idleExpiresAt);
}

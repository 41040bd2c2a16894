import type { AuditLog } from '../audit/audit-log.ts';

type Tell = Parameters<AuditLog['afterCommit']>[0];

/**
 * Creates transactions like those of a database with one caller, for tests without a database:
 * callbacks run after a commit, and not after an error.
 *
 * @example
 * import { memoryRevocationFeed, systemClock } from '@latchkey/core';
 * import { oneTransaction } from '@latchkey/core/testing';
 *
 * const { afterCommit, transaction } = oneTransaction();
 * const feed = memoryRevocationFeed(systemClock, afterCommit);
 * await transaction(() => feed.publish([])); // subscribers are told after it
 */
export function oneTransaction(): Pick<AuditLog, 'afterCommit' | 'transaction'> {
  let waiting: Tell[] | null = null;
  return {
    afterCommit: async (tell) => (waiting ? void waiting.push(tell) : tell()),
    async transaction(work) {
      const own: Tell[] = [];
      waiting = own;
      const result = await work().finally(() => {
        waiting = null;
      });
      for (const tell of own) await tell();
      return result;
    },
  };
}

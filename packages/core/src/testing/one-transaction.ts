import type { AuditLog } from '../audit/audit-log.ts';

type Tell = Parameters<AuditLog['afterCommit']>[0];

/** Transactions of a database with one caller: callbacks run after a commit, not after an error. */
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

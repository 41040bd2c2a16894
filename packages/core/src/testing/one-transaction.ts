import type { AuditLog } from '../audit/audit-log.ts';

type Tell = Parameters<AuditLog['afterCommit']>[0];

/**
 * As of a database that has one caller: what is to be told during a transaction is told at its end,
 * if it does not fail.
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

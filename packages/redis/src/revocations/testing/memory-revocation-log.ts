import type { Revocation, RevocationLog } from '@latchkey/core';

/** Creates a revocation log in memory: for tests, and the reference for other logs. */
export function memoryRevocationLog(): RevocationLog {
  const revocations = new Map<string, Revocation>();
  return {
    async record(batch) {
      const added = batch.filter(({ sessionId }) => !revocations.has(sessionId));
      for (const revocation of added) revocations.set(revocation.sessionId, revocation);
      return added.map(({ sessionId }) => sessionId);
    },

    async find(sessionIds) {
      return sessionIds.flatMap((sessionId) => revocations.get(sessionId) ?? []);
    },
  };
}

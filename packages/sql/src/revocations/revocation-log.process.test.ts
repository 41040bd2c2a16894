import { memorySessionStore } from '@latchkey/core';
import { sessionStoreContract } from '@latchkey/core/testing/contracts';
import { durableRevocations } from '@latchkey/redis';
import { testDatabase } from '@latchkey/test-services';
import * as vitest from 'vitest';
import { openDatabase } from '../database.ts';
import { sqlRevocationLog } from './revocation-log.ts';

for (const [name, start] of [
  ['SQLite', async () => ({ url: 'memory:', drop: async () => {} })],
  ['PostgreSQL', testDatabase],
] as const)
  sessionStoreContract(`a store whose revocations are in ${name} too`, vitest, async () => {
    const server = await start();
    const database = await openDatabase(server.url);
    return {
      store: durableRevocations(memorySessionStore(), sqlRevocationLog(database)),
      async close() {
        await database.close();
        await server.drop();
      },
    };
  });

import { sessionStoreContract } from '@latchkey/core/testing';
import * as vitest from 'vitest';
import { openDatabase } from './database.ts';
import { sqlSessionStore } from './session-store.ts';
import { startPostgres } from './testing/start-postgres.ts';

sessionStoreContract('SQLite in memory', vitest, async () => {
  const database = await openDatabase('memory:');
  return { store: sqlSessionStore(database), close: database.close };
});

sessionStoreContract('PostgreSQL', vitest, async () => {
  const server = await startPostgres();
  const database = await openDatabase(server.url);
  return {
    store: sqlSessionStore(database),
    async close() {
      await database.close();
      await server.stop();
    },
  };
});

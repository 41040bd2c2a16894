import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  sessionLimitContract,
  sessionStoreContract,
  sessionStoreModel,
} from '@latchkey/core/testing/contracts';
import { startPostgres, testDatabase } from '@latchkey/test-services';
import fc from 'fast-check';
import * as vitest from 'vitest';
import { openDatabase } from '../database.ts';
import { sqlSessionStore } from './session-store.ts';

async function openSqlite() {
  const database = await openDatabase('memory:');
  return { store: sqlSessionStore(database), close: database.close };
}

async function openPostgres() {
  const server = await testDatabase();
  const database = await openDatabase(server.url);
  return {
    store: sqlSessionStore(database),
    async close() {
      await database.close();
      await server.drop();
    },
  };
}

sessionStoreContract('SQLite in memory', vitest, openSqlite);
sessionLimitContract('SQLite in memory', vitest, openSqlite);
sessionStoreContract('PostgreSQL', vitest, openPostgres);
sessionLimitContract('PostgreSQL', vitest, openPostgres);

sessionStoreModel('SQLite in a file', vitest, fc, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-sql-'));
  const url = `file:${join(folder, 'a.db')}`;
  let database = await openDatabase(url);
  return {
    store: sqlSessionStore(database),
    async reopen() {
      await database.close();
      database = await openDatabase(url);
      return sqlSessionStore(database);
    },
    async close() {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});

/** One restart in this many also kills the PostgreSQL server, while a pool is open. */
const KILL_EVERY = 10;

sessionStoreModel('PostgreSQL', vitest, fc, async () => {
  const server = await startPostgres();
  let database = await openDatabase(server.url);
  let restarts = 0;
  return {
    store: sqlSessionStore(database),
    async reopen() {
      if (restarts++ % KILL_EVERY === 0) {
        await server.kill();
        await server.restart();
      }
      await database.close();
      database = await openDatabase(server.url);
      return sqlSessionStore(database);
    },
    async close() {
      await database.close();
      await server.stop();
    },
  };
});

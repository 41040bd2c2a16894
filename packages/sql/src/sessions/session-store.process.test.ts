import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  sessionRecord,
  sessionStoreContract,
  sessionStoreModel,
} from '@latchkey/core/testing/contracts';
import { startPostgres, testDatabase } from '@latchkey/test-services';
import * as vitest from 'vitest';
import { expect, it } from 'vitest';
import { openDatabase } from '../database.ts';
import { sqlSessionStore } from './session-store.ts';

sessionStoreContract('SQLite in memory', vitest, async () => {
  const database = await openDatabase('memory:');
  return { store: sqlSessionStore(database), close: database.close };
});

sessionStoreContract('PostgreSQL', vitest, async () => {
  const server = await testDatabase();
  const database = await openDatabase(server.url);
  return {
    store: sqlSessionStore(database),
    async close() {
      await database.close();
      await server.drop();
    },
  };
});

sessionStoreModel('SQLite in a file', vitest, async () => {
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

/** Some restarts kill the server while a pool is open. */
const KILL_EVERY = 10;

sessionStoreModel('PostgreSQL', vitest, async () => {
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

it.each([
  ['SQLite', async () => ({ url: 'memory:', drop: async () => {} })],
  ['PostgreSQL', testDatabase],
] as const)('%s: never sets the instant of the last authentication back', async (_name, start) => {
  const server = await start();
  const database = await openDatabase(server.url);
  const store = sqlSessionStore(database);
  const session = sessionRecord();
  await store.create(session);
  expect(await store.find(session.id)).toEqual(session);
  expect(await store.recordAuthentication(session.id, session.createdAt - 1)).toBe(true);
  expect((await store.find(session.id))?.authenticatedAt).toBe(session.createdAt);
  await store.recordAuthentication(session.id, session.createdAt + 1);
  expect((await store.find(session.id))?.authenticatedAt).toBe(session.createdAt + 1);
  await database.close();
  await server.drop();
});

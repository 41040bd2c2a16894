import { rmSync, statSync } from 'node:fs';
import type { SessionStore } from '@latchkey/core';
import { openRedis, redisSessionStore } from '@latchkey/redis';
import { openDatabase, type SqlDatabase, sqlSessionStore } from '@latchkey/sql';
import { sessionInUse } from '../rotation/refreshes.ts';
import { queryPostgres, type Servers } from '../servers.ts';
import { cpuSecondsOf, cpuSecondsOfEndedSiblings } from './cpu-seconds.ts';
import type { Loader } from './loader.ts';
import { postgresLoader } from './postgres-filling.ts';
import { sqliteLoader } from './sqlite-filling.ts';

/** A session store that can be filled quickly and measured. */
export interface Backend {
  readonly store: SessionStore;
  /** Where another process opens the same store. */
  readonly url: string;
  /**
   * Prepares the empty store for so many sessions.
   *
   * @param expiresAt when the sessions of `addSeries` expire
   */
  load(sessions: number, expiresAt: number): Promise<Loader>;
  /** Returns the bytes that the sessions take up, indexes included. */
  weigh(): Promise<number>;
  /**
   * Returns the CPU time of the store's own processes so far, in seconds; null if it has none, or
   * the system does not report it.
   */
  cpuSeconds(): Promise<number | null>;
  /** Closes and deletes the store. */
  close(): Promise<void>;
}

/** Opens an empty store; `number` distinguishes it from others of its kind. */
export type OpenBackend = (servers: Servers, number: number) => Promise<Backend>;

/** Opens a store of `openSqlite`, `openPostgres` or `openRedisDatabase` by its URL. */
export async function openStore(
  url: string,
): Promise<{ readonly store: SessionStore; close(): Promise<void> }> {
  if (!url.startsWith('redis')) return inSql(await openDatabase(url));
  const connection = await openRedis(url);
  return { store: redisSessionStore(connection), close: () => connection.close() };
}

/** Opens SQLite; `weigh` measures its database file. */
export const openSqlite: OpenBackend = async ({ newFile }, number) => {
  const path = newFile(`scale-${number}`);
  const url = `file:${path}`;
  const { store, close } = await openStore(url);
  return {
    store,
    url,
    load: async (_sessions, expiresAt) => sqliteLoader(path, expiresAt),
    weigh: async () => statSync(path).size,
    cpuSeconds: async () => null,
    async close() {
      await close();
      for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
    },
  };
};

/** Opens PostgreSQL; `weigh` measures the table and its indexes on disk. */
export const openPostgres: OpenBackend = async ({ newDatabase, dropDatabase }, number) => {
  const url = await newDatabase(`scale_${number}`);
  const { store, close } = await openStore(url);
  return {
    store,
    url,
    load: (sessions, expiresAt) => postgresLoader(url, sessions, expiresAt),
    weigh: async () =>
      Number(
        (await queryPostgres(url, `select pg_total_relation_size('latchkey_sessions') as bytes`))
          .bytes,
      ),
    async cpuSeconds() {
      const { pids, own } = await queryPostgres(
        url,
        'select array_agg(pid) as pids, pg_backend_pid() as own from pg_stat_activity where pid <> pg_backend_pid()',
      );
      const living = cpuSecondsOf(pids as number[]);
      return living === null ? null : living + cpuSecondsOfEndedSiblings(own as number);
    },
    async close() {
      await close();
      await dropDatabase(url);
    },
  };
};

/** Number of sessions that are sent to Redis at once, few enough for the store's time limit. */
const PIPELINED = 100;

/** Opens Redis; `weigh` measures its memory, the indexes of users included. */
export const openRedisDatabase: OpenBackend = async ({ redisUrl }, number) => {
  const url = `${redisUrl}/${number}`;
  const connection = await openRedis(url);
  const store = redisSessionStore(connection);
  const figure = async (section: string, name: string) =>
    Number(new RegExp(`${name}:([\\d.]+)`).exec(await connection.client.info(section))?.[1]);
  const usedMemory = () => figure('memory', 'used_memory');
  const before = await usedMemory();
  return {
    store,
    url,
    async load(_sessions, expiresAt) {
      let sending: Promise<void>[] = [];
      const sent = async () => {
        await Promise.all(sending);
        sending = [];
      };
      const add: Loader['add'] = async (record) => {
        sending.push(store.create(record));
        if (sending.length >= PIPELINED) await sent();
      };
      return {
        add,
        async addSeries(first, count) {
          for (let n = first; n < first + count; n++)
            await add(sessionInUse(n, expiresAt, 'member').record);
        },
        finish: sent,
      };
    },
    weigh: async () => (await usedMemory()) - before,
    cpuSeconds: async () =>
      (await figure('cpu', 'used_cpu_sys')) + (await figure('cpu', 'used_cpu_user')),
    async close() {
      await connection.client.flushdb();
      await connection.close();
    },
  };
};

const inSql = (database: SqlDatabase) => ({
  store: sqlSessionStore(database),
  close: () => database.close(),
});

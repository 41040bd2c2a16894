import { statSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { SessionRecord, SessionStore } from '@latchkey/core';
import { openRedis, redisSessionStore } from '@latchkey/redis';
import { openDatabase, type SqlDatabase, sqlSessionStore } from '@latchkey/sql';
import { queryPostgres, type Servers } from '../servers.ts';
import { cpuSecondsOf } from './cpu-seconds.ts';

/** A session store that can be filled quickly and measured. */
export interface Backend {
  readonly store: SessionStore;
  /** Adds many sessions to the store at once. */
  add(records: readonly SessionRecord[]): Promise<void>;
  /** Returns the bytes that the sessions take up, indexes included. */
  weigh(): Promise<number>;
  /**
   * Returns the CPU time of the store's own processes so far, in seconds; null if the system does
   * not report it.
   */
  cpuSeconds(): Promise<number | null>;
  close(): Promise<void>;
}

/** Opens an empty store; `number` distinguishes it from others of its kind. */
export type OpenBackend = (servers: Servers, number: number) => Promise<Backend>;

/** Opens SQLite; `weigh` measures its database file. */
export const openSqlite: OpenBackend = async ({ newFile }, number) => {
  const path = newFile(`scale-${number}`);
  return {
    ...inSql(await openDatabase(`file:${path}`)),
    async add(records) {
      const database = new DatabaseSync(path);
      database
        .prepare(insertOf(records))
        .run(...(records.flatMap(Object.values) as SQLInputValue[]));
      database.close();
    },
    async weigh() {
      const database = new DatabaseSync(path);
      database.exec('pragma wal_checkpoint(truncate)');
      database.close();
      return statSync(path).size;
    },
    // Measures the CPU time of this process, because SQLite runs in it.
    cpuSeconds: async () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
  };
};

/** Opens PostgreSQL; `weigh` measures the table and its indexes on disk. */
export const openPostgres: OpenBackend = async ({ newDatabase }, number) => {
  const url = await newDatabase(`scale_${number}`);
  return {
    ...inSql(await openDatabase(url)),
    add: (records) => addToPostgres(url, records),
    async weigh() {
      await queryPostgres(url, 'vacuum analyze latchkey_sessions');
      await queryPostgres(url, 'checkpoint');
      return Number(
        (await queryPostgres(url, `select pg_total_relation_size('latchkey_sessions') as bytes`))
          .bytes,
      );
    },
    async cpuSeconds() {
      const { pids } = await queryPostgres(
        url,
        'select array_agg(pid) as pids from pg_stat_activity where pid <> pg_backend_pid()',
      );
      return cpuSecondsOf(pids as number[]);
    },
  };
};

/** Opens Redis; `weigh` measures its memory, the indexes of users included. */
export const openRedisDatabase: OpenBackend = async ({ redisUrl }, number) => {
  const connection = await openRedis(`${redisUrl}/${number}`);
  const store = redisSessionStore(connection);
  const figure = async (section: string, name: string) =>
    Number(new RegExp(`${name}:([\\d.]+)`).exec(await connection.client.info(section))?.[1]);
  const usedMemory = () => figure('memory', 'used_memory');
  const before = await usedMemory();
  return {
    store,
    add: async (records) => void (await Promise.all(records.map((record) => store.create(record)))),
    weigh: async () => (await usedMemory()) - before,
    cpuSeconds: async () =>
      (await figure('cpu', 'used_cpu_sys')) + (await figure('cpu', 'used_cpu_user')),
    close: () => connection.close(),
  };
};

export async function addToPostgres(url: string, records: readonly SessionRecord[]): Promise<void> {
  let number = 0;
  const text = insertOf(records).replaceAll('?', () => `$${++number}`);
  await queryPostgres(url, text, records.flatMap(Object.values));
}

const inSql = (database: SqlDatabase) => ({
  store: sqlSessionStore(database),
  close: () => database.close(),
});

/**
 * Returns one INSERT for all records, its values in the order of the records' fields: one statement
 * for each would take ten times as long.
 */
function insertOf(records: readonly SessionRecord[]): string {
  const columns = Object.keys(records[0] ?? {}).map((field) =>
    field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  );
  const row = `(${columns.map(() => '?').join(', ')})`;
  return `insert into latchkey_sessions (${columns.join(', ')}) values ${records.map(() => row).join(', ')}`;
}

import { statSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { SessionRecord, SessionStore } from '@latchkey/core';
import { openRedis, redisSessionStore } from '@latchkey/redis';
import { openDatabase, type SqlDatabase, sqlSessionStore } from '@latchkey/sql';
import { queryPostgres, type Servers } from './servers.ts';

/** A store that can be filled quickly and weighed. */
export interface Backend {
  readonly store: SessionStore;
  /** Adds many at once. */
  add(records: readonly SessionRecord[]): Promise<void>;
  /** Bytes that the sessions take up, indexes included. */
  weigh(): Promise<number>;
  close(): Promise<void>;
}

/** Opens an empty one; `number` tells it from others of its kind. */
export type OpenBackend = (servers: Servers, number: number) => Promise<Backend>;

/** On disk, in the database file. */
export const openSqlite: OpenBackend = async ({ newFile }, number) => {
  const path = newFile(`scale-${number}`);
  return {
    ...inSql(await openDatabase(`file:${path}`)),
    async add(records) {
      const database = new DatabaseSync(path);
      database.prepare(insertOf(records)).run(...(records.flatMap(Object.values) as SQLInputValue[]));
      database.close();
    },
    async weigh() {
      const database = new DatabaseSync(path);
      database.exec('pragma wal_checkpoint(truncate)');
      database.close();
      return statSync(path).size;
    },
  };
};

/** On disk, in the table and its indexes. */
export const openPostgres: OpenBackend = async ({ newDatabase }, number) => {
  const url = await newDatabase(`scale_${number}`);
  return {
    ...inSql(await openDatabase(url)),
    add: (records) => addToPostgres(url, records),
    async weigh() {
      await queryPostgres(url, 'vacuum analyze sessions');
      await queryPostgres(url, 'checkpoint');
      return Number((await queryPostgres(url, `select pg_total_relation_size('sessions') as bytes`)).bytes);
    },
  };
};

/** In memory, users' indexes included. */
export const openRedisDatabase: OpenBackend = async ({ redisUrl }, number) => {
  const connection = await openRedis(`${redisUrl}/${number}`);
  const store = redisSessionStore(connection);
  const usedMemory = async () => Number(/used_memory:(\d+)/.exec(await connection.client.info('memory'))?.[1]);
  const before = await usedMemory();
  return {
    store,
    add: async (records) => void (await Promise.all(records.map((record) => store.create(record)))),
    weigh: async () => (await usedMemory()) - before,
    close: () => connection.close(),
  };
};

export async function addToPostgres(url: string, records: readonly SessionRecord[]): Promise<void> {
  let number = 0;
  const text = insertOf(records).replaceAll('?', () => `$${++number}`);
  await queryPostgres(url, text, records.flatMap(Object.values));
}

const inSql = (database: SqlDatabase) => ({ store: sqlSessionStore(database), close: () => database.close() });

/** One statement for all, its values in the order of the records' fields: a statement for each would take ten times as long. */
function insertOf(records: readonly SessionRecord[]): string {
  const columns = Object.keys(records[0] ?? {}).map((field) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  const row = `(${columns.map(() => '?').join(', ')})`;
  return `insert into sessions (${columns.join(', ')}) values ${records.map(() => row).join(', ')}`;
}

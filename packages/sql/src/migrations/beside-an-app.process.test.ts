import { DatabaseSync } from 'node:sqlite';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { testDatabase } from '@latchkey/test-services';
import { Kysely, PostgresDialect } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { Pool } from 'pg';
import { expect, it } from 'vitest';
import { borrowedSqliteDialect } from '../connection/sqlite/node-sqlite.ts';
import { openDatabase } from '../database.ts';
import { sqlSessionStore } from '../sessions/session-store.ts';

/** The app's migrations, by Kysely's own defaults: the table `kysely_migration`. */
const create = (...tables: string[]): Migration => ({
  async up(db) {
    for (const table of tables)
      await db.schema.createTable(table).addColumn('id', 'text').execute();
  },
});
const FIRST = { '001-initial': create('users', 'sessions', 'keys') };
const SECOND = { ...FIRST, '002-orders': create('orders') };

async function migrateApp(db: Kysely<unknown>, migrations: Record<string, Migration>) {
  const { error, results } = await new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
  }).migrateToLatest();
  if (error) throw error;
  return results?.map(({ migrationName }) => migrationName);
}

const databases = {
  async PostgreSQL() {
    const { url, drop } = await testDatabase();
    const pool = new Pool({ connectionString: url });
    pool.on('error', () => {});
    const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    return { given: pool, kysely, close: () => kysely.destroy().then(drop) };
  },
  async SQLite() {
    const handle = new DatabaseSync(':memory:');
    const kysely = new Kysely<unknown>({ dialect: borrowedSqliteDialect(handle) });
    return { given: handle, kysely, close: () => kysely.destroy() };
  },
};

it.each(['PostgreSQL', 'SQLite'] as const)(
  "works with an app's users, sessions, keys and migrations by Kysely in one database on %s (S1)",
  async (name) => {
    const { given, kysely, close } = await databases[name]();
    expect(await migrateApp(kysely, FIRST)).toEqual(['001-initial']);
    const database = await openDatabase(given);
    expect(database.migrated).toEqual(['latchkey_migrations/001-initial']);
    expect(await migrateApp(kysely, SECOND)).toEqual(['002-orders']);
    const session = sessionRecord();
    await sqlSessionStore(database).create(session);
    await database.close();

    const again = await openDatabase(given);
    expect(again.migrated).toEqual([]);
    expect(await sqlSessionStore(again).find(session.id)).toEqual(session);
    expect(await migrateApp(kysely, SECOND)).toEqual([]);
    const tables = (await kysely.introspection.getTables()).map((table) => table.name);
    expect(tables).toEqual(expect.arrayContaining(['users', 'sessions', 'keys', 'orders']));
    await again.close();
    await close();
  },
);

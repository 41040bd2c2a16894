import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { auditEntry } from '@latchkey/test-support';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sqlAuditLog } from '../audit/audit-log.ts';
import { openDatabase } from '../database.ts';
import type { MigrationSet } from './migration-set.ts';
import { migrationSql } from './migration-sql.ts';
import { pendingMigrations } from './pending-migrations.ts';

let server: TestDatabase;
let client: Client;
beforeAll(async () => {
  server = await testDatabase();
  client = new Client({ connectionString: server.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await server.drop();
});

/** Reads columns, constraints, indexes, triggers and settings of the tables of a schema. */
async function shapeOf(schema: string): Promise<string> {
  const { rows } = await client.query(
    `select 'column ' || table_name || column_name || data_type || is_nullable || coalesce(column_default, '') || is_identity as line
       from information_schema.columns where table_schema = $1
     union all select 'index ' || indexdef from pg_indexes where schemaname = $1
     union all select 'trigger ' || pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = tgrelid
       where relnamespace = $1::regnamespace and not tgisinternal
     union all select 'function ' || pg_get_functiondef(oid) from pg_proc where pronamespace = $1::regnamespace
     union all select 'options ' || relname || coalesce(reloptions::text, '') from pg_class where relnamespace = $1::regnamespace
     order by 1`,
    [schema],
  );
  return rows
    .map(({ line }) => String(line))
    .join('\n')
    .replaceAll(schema, 'the_schema');
}

/** Reads what a schema records of its migrations. */
async function recordOf(schema: string): Promise<unknown> {
  const { rows } = await client.query(
    `select name, timestamp ~ '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' as is_iso, id, is_locked
     from ${schema}.latchkey_migrations, ${schema}.latchkey_migrations_lock`,
  );
  expect(rows).toMatchObject([{ is_iso: true }]);
  return rows;
}

const SHOP: MigrationSet = {
  recordedIn: 'shop_migrations',
  tables: ['shop_orders'],
  migrations: () => ({
    '001-initial': {
      up: (db) => db.schema.createTable('shop_orders').addColumn('id', 'text').execute(),
    },
  }),
};

it('makes the same tables as opening does, and opening then finds nothing to do (S1)', async () => {
  const statements = await migrationSql({ dialect: 'postgres', schema: 'by_hand' });
  await client.query(`begin; ${statements.join(';\n')}; commit`);
  const database = await openDatabase(server.url, { schema: 'by_hand', migrate: false });
  expect(database.migrated).toEqual([]);
  await (await openDatabase(server.url, { schema: 'opened' })).close();
  expect(await shapeOf('by_hand')).toEqual(await shapeOf('opened'));
  expect(await recordOf('by_hand')).toEqual(await recordOf('opened'));
  await sqlAuditLog(database).append([auditEntry()]);
  await database.close();
});

it("writes an app's own migrations too, and what is pending is what migrationSql writes (S1)", async () => {
  const statements = await migrationSql({ dialect: 'postgres', migrations: SHOP });
  const pending = await pendingMigrations(server.url, { migrations: SHOP });
  expect(pending.flatMap((migration) => migration.statements)).toEqual(statements);
  await client.query(`begin; ${statements.join(';\n')}; commit`);
  expect(await pendingMigrations(server.url, { migrations: SHOP })).toEqual([]);
  const database = await openDatabase(server.url, { migrations: SHOP, migrate: false });
  expect(database.migrated).toEqual([]);
  await database.close();
});

it('refuses a PostgreSQL database that lacks a migration, and changes nothing (S1)', async () => {
  const empty = await testDatabase();
  await expect(openDatabase(empty.url, { schema: 'auth', migrate: false })).rejects.toThrow(
    /lacks the migration latchkey_migrations\/001-initial, and the option migrate is false/,
  );
  expect((await pendingMigrations(empty.url, { schema: 'auth' }))[0]?.statements[0]).toBe(
    'create schema if not exists "auth"',
  );
  await empty.drop();
});

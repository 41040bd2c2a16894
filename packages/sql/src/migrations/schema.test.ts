import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../database.ts';
import { sqlSessionStore } from '../sessions/session-store.ts';
import type { MigrationSet } from './migration-set.ts';
import { pendingMigrations } from './pending-migrations.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-schema-'));
  path = join(folder, 'a.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function change(statements: string): void {
  const file = new DatabaseSync(path);
  file.exec(statements);
  file.close();
}

/** Reads every table, index and trigger, and every row of the tables. */
function contents(): unknown[] {
  const file = new DatabaseSync(path, { readOnly: true });
  const schema = file.prepare('select type, name, sql from sqlite_master order by name').all();
  const rows = schema
    .filter(({ type }) => type === 'table')
    .map(({ name }) => file.prepare(`select * from "${name}"`).all());
  file.close();
  return [schema, rows];
}

/**
 * Expects that opening and reading the database is refused with `sentence`, and changes nothing.
 */
async function refuses(sentence: string, options: { migrations?: MigrationSet } = {}) {
  const before = contents();
  const url = `file:${path}`;
  await expect(openDatabase(url, options)).rejects.toThrow(`SQLite at ${path} ${sentence}`);
  expect(contents()).toEqual(before);
}

const DISPOSAL = 'delete that file, or set the database URL to another one.';
const OLDER = `was made by an older version of Latchkey, whose data is not converted: ${DISPOSAL}`;
const OLDER_SESSIONS =
  'create table sessions (id text, user_id text, sealed_successor text, handed_out_at bigint)';
const kyselyMigration = (name: string) => `
  create table kysely_migration (name text primary key, timestamp text);
  insert into kysely_migration values ('${name}', '2026-01-01');`;

describe('a database of an older version', () => {
  it('refuses a database of an older version by the record of its migrations', async () => {
    change(`create table users (id text); ${kyselyMigration('001-sessions-and-users')}`);
    await refuses(OLDER);
    await expect(pendingMigrations(`file:${path}`)).rejects.toThrow(OLDER);
  });

  it('refuses a database of an older version by its sessions table alone', async () => {
    change(`${OLDER_SESSIONS}; insert into sessions values ('s', 'u', null, 1)`);
    await refuses(OLDER);
  });
});

describe("another app's tables", () => {
  it("keeps another app's tables named users, sessions and kysely_migration unchanged", async () => {
    change(`
      create table users (id integer, email text); insert into users values (1, 'a@b.example');
      create table sessions (sid text, sess text, expire text);
      insert into sessions values ('s', '{}', 'never'); ${kyselyMigration('001-initial')}`);
    const [, before] = contents();
    const database = await openDatabase(`file:${path}`);
    expect(database.migrated).toEqual(['latchkey_migrations/001-initial']);
    const store = sqlSessionStore(database);
    const session = sessionRecord();
    await store.create(session);
    expect(await store.find(session.id)).toEqual(session);
    await database.close();
    const file = new DatabaseSync(path);
    const rows = ['kysely_migration', 'sessions', 'users'].map((name) =>
      file.prepare(`select * from ${name}`).all(),
    );
    file.close();
    expect(rows).toEqual(before);
  });

  it("keeps another app's table kysely_migration with other columns unchanged", async () => {
    change('create table kysely_migration (version integer)');
    await (await openDatabase(`file:${path}`)).close();
    await (await openDatabase(`file:${path}`)).close();
  });
});

describe('a half-migrated database', () => {
  beforeEach(async () => (await openDatabase(`file:${path}`)).close());

  it.each([
    ['its record is empty', 'delete from latchkey_migrations'],
    ['its record is missing', 'drop table latchkey_migrations'],
  ])('refuses a half-migrated database if %s', async (_name, loss) => {
    change(loss);
    await refuses(
      `is half migrated (it has the table latchkey_sessions, and latchkey_migrations records no migration): restore a whole backup, or ${DISPOSAL}`,
    );
  });

  it('refuses a half-migrated database if a table is missing', async () => {
    change('drop table latchkey_keys');
    await refuses(
      `is half migrated (it lacks the table latchkey_keys, and latchkey_migrations says it was made): restore a whole backup, or ${DISPOSAL}`,
    );
  });

  it('refuses a half-migrated database within two seconds, not after the wait for other processes', async () => {
    change('delete from latchkey_migrations');
    const began = performance.now();
    await expect(openDatabase(`file:${path}`)).rejects.toThrow('half migrated');
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

it('refuses a database that a newer program migrated', async () => {
  await (await openDatabase(`file:${path}`)).close();
  change("insert into latchkey_migrations values ('999-of-the-future', '2030-01-01')");
  await refuses(
    'has a schema that is newer than this program (migration 999-of-the-future in latchkey_migrations): update the program.',
  );
});

describe("an app's own migrations", () => {
  interface ShopTables {
    shop_orders: { id: string; total: number };
  }
  const SHOP: MigrationSet = {
    recordedIn: 'shop_migrations',
    tables: ['shop_orders'],
    migrations: () => ({
      '001-initial': {
        async up(db) {
          await db.schema
            .createTable('shop_orders')
            .addColumn('id', 'text', (column) => column.primaryKey())
            .addColumn('total', 'integer', (column) => column.notNull())
            .execute();
        },
      },
    }),
  };
  const open = () => openDatabase(`file:${path}`, { migrations: SHOP });

  it("runs an app's own migrations after those of the packages, once", async () => {
    const names = ['latchkey_migrations/001-initial', 'shop_migrations/001-initial'];
    const pending = await pendingMigrations(`file:${path}`, { migrations: SHOP });
    expect(pending.map(({ name }) => name)).toEqual(names);
    for (const migrated of [names, []]) {
      const database = await open();
      expect(database.migrated).toEqual(migrated);
      await database.close();
    }
    expect(await pendingMigrations(`file:${path}`, { migrations: SHOP })).toEqual([]);
  });

  it("changes an app's own tables and those of the stores in one transaction", async () => {
    const database = await open();
    const { run } = database.withTables<ShopTables>();
    const store = sqlSessionStore(database);
    const session = sessionRecord();
    const failing = database.transaction(async () => {
      await store.create(session);
      await run((db) => db.insertInto('shop_orders').values({ id: 'o', total: 1 }).execute());
      throw new Error('the payment fails');
    });
    await expect(failing).rejects.toThrow('the payment fails');
    expect(await store.find(session.id)).toBeNull();
    expect(await run((db) => db.selectFrom('shop_orders').selectAll().execute())).toEqual([]);
    await database.close();
  });

  it("refuses an app's own migrations if one of their tables exists without a record", async () => {
    change('create table shop_orders (id text)');
    await refuses(
      'is half migrated (it has the table shop_orders, and shop_migrations records no migration)',
      { migrations: SHOP },
    );
  });
});

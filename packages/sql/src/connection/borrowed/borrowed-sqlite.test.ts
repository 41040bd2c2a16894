import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailableError } from '@latchkey/core';
import { sessionRecord, sessionStoreContract } from '@latchkey/core/testing/contracts';
import { CamelCasePlugin, Kysely, SqliteDialect } from 'kysely';
import * as vitest from 'vitest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, type SqlDatabase } from '../../database.ts';
import { sqlSessionStore } from '../../sessions/session-store.ts';

/** A handle with other defaults than those of the stores. */
const openHandle = (path: string) =>
  new DatabaseSync(path, { readBigInts: true, returnArrays: true });

/** A Kysely instance of an app, over another driver than that of the stores, with a plugin. */
function kyselyOn(path: string) {
  const database = new DatabaseSync(path);
  return new Kysely<unknown>({
    dialect: new SqliteDialect({
      database: {
        close: () => database.close(),
        prepare(text) {
          const statement = database.prepare(text);
          return {
            reader: statement.columns().length > 0,
            all: (values) => statement.all(...(values as never[])),
            run: (values) => statement.run(...(values as never[])),
            iterate: (values) => statement.iterate(...(values as never[])),
          };
        },
      },
    }),
    plugins: [new CamelCasePlugin()],
  });
}

sessionStoreContract('a DatabaseSync of the app (S1)', vitest, async () => {
  const handle = openHandle(':memory:');
  const database = await openDatabase(handle);
  return {
    store: sqlSessionStore(database),
    async close() {
      await database.close();
      handle.close();
    },
  };
});

sessionStoreContract('a Kysely instance of the app on SQLite (S1)', vitest, async () => {
  const kysely = kyselyOn(':memory:');
  const database = await openDatabase(kysely);
  return {
    store: sqlSessionStore(database),
    async close() {
      await database.close();
      await kysely.destroy();
    },
  };
});

describe('a DatabaseSync of an app', () => {
  let folder: string;
  let handle: DatabaseSync;
  let database: SqlDatabase;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-handle-'));
    handle = new DatabaseSync(join(folder, 'app.db'));
    handle.exec("create table users (email text); insert into users values ('a@b.example')");
    database = await openDatabase(handle);
  });
  afterEach(async () => {
    await database.close();
    if (handle.isOpen) handle.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('keeps its settings and its tables, and stays open after close() (S1)', async () => {
    expect(database.migrated).toEqual(['latchkey_migrations/001-initial']);
    expect(database.description).toBe(`SQLite at ${join(folder, 'app.db')}`);
    await database.close();
    expect(handle.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'delete' });
    expect(handle.prepare('select email from users').all()).toEqual([{ email: 'a@b.example' }]);
    await expect(database.check()).rejects.toThrow(StoreUnavailableError);
  });

  it("keeps a revocation out of the app's open transaction, which may be rolled back (S1)", async () => {
    const store = sqlSessionStore(database);
    const session = sessionRecord();
    await store.create(session);
    handle.exec("begin; insert into users values ('c@d.example')");
    const revoked = store.revoke(session.id, 'signed_out', 7);
    const inTransaction = database.transaction(() => store.revoke('none', 'signed_out', 7));
    await new Promise(setImmediate);
    handle.exec('rollback');
    expect((await revoked)?.id).toBe(session.id);
    await inTransaction;
    expect((await store.find(session.id))?.revokedAt).toBe(7);
    expect(handle.prepare('select count(*) as n from users').get()).toEqual({ n: 1 });
  });

  it('throws StoreUnavailableError once the app has closed it', async () => {
    handle.close();
    await expect(sqlSessionStore(database).find('x')).rejects.toThrow(StoreUnavailableError);
  });

  it('rolls a failed transaction back as a whole', async () => {
    const store = sqlSessionStore(database);
    const session = sessionRecord();
    const failing = database.transaction(async () => {
      await store.create(session);
      throw new Error('the payment fails');
    });
    await expect(failing).rejects.toThrow('the payment fails');
    expect(await store.find(session.id)).toBeNull();
    expect(handle.isTransaction).toBe(false);
  });
});

describe.each(['its DatabaseSync', 'a file of its own'])('within a transaction on %s', (name) => {
  it('commits a revocation with the app, and rolls it back with it (S1)', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-within-'));
    const path = join(folder, 'app.db');
    const handle = new DatabaseSync(path);
    const database = await openDatabase(name === 'its DatabaseSync' ? handle : `file:${path}`);
    const store = sqlSessionStore(database);
    const session = sessionRecord();
    await store.create(session);
    const transaction = {
      query: async (text: string, parameters: readonly unknown[]) =>
        handle.prepare(text).all(...(parameters as never[])),
    };
    for (const end of ['rollback', 'commit'] as const) {
      handle.exec('begin immediate');
      await database.within(transaction, () =>
        store.revokeAllOfUser(session.userId, 'password_changed', 7),
      );
      handle.exec(end);
      const revokedAt = end === 'commit' ? 7 : null;
      expect((await store.find(session.id))?.revokedAt).toBe(revokedAt);
    }
    await database.close();
    handle.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('a Kysely instance of an app on SQLite', () => {
  it('keeps its plugins and stays open after close() (S1)', async () => {
    const kysely = kyselyOn(':memory:').withTables<{ appUsers: { fullName: string } }>();
    await kysely.schema.createTable('appUsers').addColumn('fullName', 'text').execute();
    const database = await openDatabase(kysely);
    await database.close();
    await kysely.insertInto('appUsers').values({ fullName: 'Alice' }).execute();
    expect(await kysely.selectFrom('appUsers').selectAll().execute()).toEqual([
      { fullName: 'Alice' },
    ]);
    await kysely.destroy();
  });

  it('migrates as a whole or not at all, although its dialect does not', async () => {
    const kysely = kyselyOn(':memory:');
    const failing = {
      recordedIn: 'shop_migrations',
      tables: ['shop_orders'],
      migrations: () => ({
        '001-initial': {
          async up(db: Kysely<unknown>) {
            await db.schema.createTable('shop_orders').addColumn('id', 'text').execute();
            throw new Error('the second step fails');
          },
        },
      }),
    };
    await expect(openDatabase(kysely, { migrations: failing })).rejects.toThrow(
      /cannot be opened \(migration 001-initial of shop_migrations failed: the second step fails/,
    );
    const tables = await kysely.introspection.getTables();
    expect(tables.map(({ name }) => name)).not.toContain('shop_orders');
    await kysely.destroy();
  });
});

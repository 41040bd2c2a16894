import { deriveAuditKeys, StoreUnavailableError, systemClock } from '@latchkey/core';
import { sessionRecord, sessionStoreContract } from '@latchkey/core/testing/contracts';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { auditEntry } from '@latchkey/test-support';
import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import * as vitest from 'vitest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sqlAuditLog } from '../../audit/audit-log.ts';
import { sqlAuditSeals } from '../../audit/audit-seals.ts';
import { openDatabase } from '../../database.ts';
import { sqlKeyTable } from '../../keys/key-table.ts';
import { sqlRevocationFeed } from '../../revocations/revocation-feed.ts';
import { sqlRevocationLog } from '../../revocations/revocation-log.ts';
import { sqlSessionStore } from '../../sessions/session-store.ts';

/** Parsers as apps set them, and others that none should meet: for every type of our tables. */
const { INT8, INT4, BOOL } = pg.types.builtins;
pg.types.setTypeParser(INT8, BigInt);
pg.types.setTypeParser(INT4, (value) => ({ value, valueOf: () => value }));
pg.types.setTypeParser(BOOL, (value) => value);

const secret = Buffer.from('the secret of these tests, number 1').toString('base64url');
let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await testDatabase();
});
afterAll(() => postgres.drop());

const poolOf = (options: pg.PoolConfig = {}) => {
  const pool = new pg.Pool({ connectionString: postgres.url, ...options });
  pool.on('error', () => {});
  return pool;
};
const kyselyOn = (pool: pg.Pool) =>
  new Kysely<unknown>({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin()] });

sessionStoreContract('a pool of the app, in a schema (S1)', vitest, async () => {
  const pool = poolOf();
  const database = await openDatabase(pool, { schema: 'on_pool' });
  return {
    store: sqlSessionStore(database),
    async close() {
      await database.close();
      await pool.end();
    },
  };
});

sessionStoreContract('a Kysely instance of the app on PostgreSQL (S1)', vitest, async () => {
  const kysely = kyselyOn(poolOf());
  const database = await openDatabase(kysely, { schema: 'on_kysely' });
  return {
    store: sqlSessionStore(database),
    async close() {
      await database.close();
      await kysely.destroy();
    },
  };
});

describe.each(['a pool', 'a Kysely instance', 'a URL'])('on %s of an app', (name) => {
  it("reads every number right whatever the app's type parsers are (S1)", async () => {
    const pool = poolOf();
    const given = { 'a pool': pool, 'a Kysely instance': kyselyOn(pool) }[name] ?? postgres.url;
    const database = await openDatabase(given, { schema: `numbers_${name.length}` });
    const [log, revocations] = [sqlAuditLog(database), sqlRevocationLog(database)];
    const [seals, keys] = [
      sqlAuditSeals(database, deriveAuditKeys([secret])),
      sqlKeyTable(database),
    ];
    await log.append([auditEntry({ at: 5 }), auditEntry({ at: 6 })]);
    expect(await log.list({ limit: 2 })).toMatchObject([
      { id: 2, at: 6 },
      { id: 1, at: 5 },
    ]);
    expect([await seals.seal(7, 1), await seals.seal(8, 1)]).toMatchObject([
      { id: 1, events: 1 },
      { id: 2, events: 1 },
    ]);
    expect(await seals.verify()).toMatchObject({
      kind: 'intact',
      seals: 2,
      events: 2,
      unsealed: 0,
    });
    const revocation = {
      sessionId: 's',
      userId: 'u',
      reason: 'reuse',
      at: 5,
      expiresAt: 9,
    } as const;
    await revocations.record([revocation]);
    expect(await revocations.find(['s'])).toEqual([revocation]);
    const key = {
      kid: 'k',
      purpose: 'signing',
      number: 1,
      algorithm: 'ES256',
      signsFrom: 3,
      createdAt: 4,
      revokedAt: null,
      sealed: 'x',
    } as never;
    await keys.insert([key]);
    expect(await keys.list()).toEqual([key]);
    expect(Math.abs((await database.readTime()) - Date.now())).toBeLessThan(60_000);
    const feed = sqlRevocationFeed(database, systemClock);
    const notice = {
      kind: 'user',
      userId: 'u',
      tokenVersion: 2,
      reason: 'reuse',
      at: systemClock.now(),
    } as const;
    await feed.publish([notice]);
    const onNotices = vi.fn();
    const subscription = await feed.subscribe({ onNotices, onUpToDate() {} }, 60);
    expect(onNotices).toHaveBeenCalledExactlyOnceWith([notice]);
    await subscription.close();
    await database.close();
    await pool.end();
  });
});

describe('a pool of an app', () => {
  it('keeps its settings, prepares nothing and stays open after close() (S1)', async () => {
    const pool = poolOf({ max: 1 });
    const database = await openDatabase(pool);
    const store = sqlSessionStore(database);
    const session = sessionRecord();
    await database.transaction(() => store.create(session));
    for (let n = 0; n < 5; n++) await store.find(session.id);
    const feed = sqlRevocationFeed(database, systemClock);
    await feed.subscribe({ onNotices() {}, onUpToDate() {} }, 60);
    const listening = () =>
      pool.query(
        "select from pg_stat_activity where datname = current_database() and query ilike 'listen%'",
      );
    await expect.poll(async () => (await listening()).rowCount).toBe(1);
    await database.close();
    await expect(store.find(session.id)).rejects.toThrow(StoreUnavailableError);
    const settings = () =>
      pool.query(
        `select current_setting('statement_timeout') as timeout, current_setting('search_path') as path,
         (select count(*)::text from pg_prepared_statements) as prepared, count(*)::text as others
         from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and query ilike 'listen%'`,
      );
    await expect
      .poll(async () => (await settings()).rows)
      .toEqual([{ timeout: '0', path: '"$user", public', prepared: '0', others: '0' }]);
    const client = await pool.connect();
    expect(client.listenerCount('error')).toBe(0);
    client.release();
    await pool.end();
  });

  it("wakes by LISTEN on a connection with the pool's settings, password included (S1)", async () => {
    const url = new URL(postgres.url);
    const pool = poolOf({
      connectionString: undefined,
      host: url.hostname,
      port: Number(url.port),
      user: url.username,
      password: async () => 'asked for',
      database: url.pathname.slice(1),
    });
    const database = await openDatabase(pool);
    expect([database.warnings, database.description]).toEqual([
      [],
      `PostgreSQL at 127.0.0.1:${url.port}${url.pathname}`,
    ]);
    const woken = Promise.withResolvers<void>();
    let wakes = 0;
    const listener = database.listen('latchkey_test', () => {
      if (wakes++ === 0) void pool.query("select pg_notify('latchkey_test', '')");
      else woken.resolve();
    });
    await woken.promise;
    await listener.close();
    await database.close();
    await pool.end();
  });

  it('throws StoreUnavailableError while the app uses every connection, and recovers (S1)', async () => {
    const pool = poolOf({ max: 1 });
    const database = await openDatabase(pool);
    const client = await pool.connect();
    await expect(database.check()).rejects.toThrow(StoreUnavailableError);
    client.release();
    await database.check();
    expect([pool.idleCount, pool.waitingCount]).toEqual([1, 0]);
    await database.close();
    await pool.end();
  });

  it('survives a killed connection while it is used, and takes it out of the pool (S1)', async () => {
    const pool = poolOf({ max: 1 });
    const database = await openDatabase(pool);
    const killed = database.run((db) =>
      sql`select pg_terminate_backend(pg_backend_pid())`.execute(db),
    );
    await expect(killed).rejects.toThrow(StoreUnavailableError);
    await database.check();
    await database.close();
    await pool.end();
  });
});

describe('a Kysely instance of an app on PostgreSQL', () => {
  it('rolls a failed transaction back, stays open, and says that it cannot listen (S1)', async () => {
    const kysely = kyselyOn(poolOf());
    const database = await openDatabase(kysely);
    expect(database.warnings).toEqual([
      expect.stringMatching(/^A Kysely instance has no connection for LISTEN: .*Set listenUrl to/),
    ]);
    const store = sqlSessionStore(database);
    const session = sessionRecord();
    const failing = database.transaction(async () => {
      await store.create(session);
      throw new Error('the payment fails');
    });
    await expect(failing).rejects.toThrow('the payment fails');
    expect(await store.find(session.id)).toBeNull();
    await database.close();
    const { rows } = await kysely.executeQuery({ sql: 'select 1 as a_b', parameters: [] } as never);
    expect(rows).toHaveLength(1);
    await kysely.destroy();
  });

  it('listens at listenUrl (S1)', async () => {
    const kysely = kyselyOn(poolOf());
    const database = await openDatabase(kysely, { listenUrl: postgres.url });
    expect(database.warnings).toEqual([]);
    const woken = Promise.withResolvers<void>();
    const listener = database.listen('latchkey_test', woken.resolve);
    await woken.promise;
    await listener.close();
    await database.close();
    await kysely.destroy();
  });
});

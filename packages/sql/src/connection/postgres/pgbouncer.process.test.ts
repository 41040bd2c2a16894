import { systemClock } from '@latchkey/core';
import { revocationFeedContract, sessionRecord } from '@latchkey/core/testing/contracts';
import {
  startPgBouncer,
  type TestDatabase,
  type TestPgBouncer,
  testDatabase,
} from '@latchkey/test-services';
import { sql } from 'kysely';
import { Client, Pool } from 'pg';
import * as vitest from 'vitest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type SqlDatabase } from '../../database.ts';
import { sqlRevocationFeed } from '../../revocations/revocation-feed.ts';
import { sqlSessionStore } from '../../sessions/session-store.ts';

let postgres: TestDatabase;
let bouncer: TestPgBouncer;
let url: string;
beforeAll(async () => {
  postgres = await testDatabase();
  bouncer = await startPgBouncer(postgres.url);
  url = postgres.urlAt(bouncer.port);
});
afterAll(async () => {
  await bouncer.stop();
  await postgres.drop();
});

const settingsOf = async (database: SqlDatabase) => {
  const setting = (name: string) =>
    sql<{ value: string }>`select current_setting(${sql.lit(name)}) as value`;
  const read = (name: string) =>
    database.run(async (db) => (await setting(name).execute(db)).rows[0]?.value);
  return [await read('statement_timeout'), await read('idle_in_transaction_session_timeout')];
};

describe('behind PgBouncer in transaction mode', () => {
  it('opens and migrates a database behind PgBouncer', async () => {
    const database = await openDatabase(url);
    expect(database.migrated).toEqual(['latchkey_migrations/001-initial']);
    await database.close();
  });

  it('answers a hundred parallel statements and transactions behind PgBouncer', async () => {
    const database = await openDatabase(url, { poolSize: 10 });
    const store = sqlSessionStore(database);
    const sessions = Array.from({ length: 50 }, (_, n) => sessionRecord({ id: `session ${n}` }));
    await Promise.all(sessions.map((session) => database.transaction(() => store.create(session))));
    for (let round = 0; round < 2; round++)
      expect(await Promise.all(sessions.map(({ id }) => store.find(id)))).toEqual(sessions);
    await database.close();
  });

  it('bounds a transaction behind PgBouncer, and leaves no settings or prepared statements behind', async () => {
    const database = await openDatabase(url, { poolSize: 4 });
    const store = sqlSessionStore(database);
    await Promise.all(Array.from({ length: 20 }, (_, n) => store.find(`none ${n}`)));
    expect(await database.transaction(() => settingsOf(database))).toEqual(['5s', '10s']);
    const other = new Client({ connectionString: url });
    await other.connect();
    for (let n = 0; n < 4; n++) {
      const { rows } = await other.query(
        `select current_setting('statement_timeout') as timeout, (select count(*)::int from pg_prepared_statements where name <> '') as prepared`,
      );
      expect(rows).toEqual([{ timeout: '0', prepared: 0 }]);
    }
    await other.end();
    await database.close();
  });

  it('keeps no connection of PgBouncer with a LISTEN', async () => {
    const database = await openDatabase(url);
    const woken = Promise.withResolvers<void>();
    const listener = database.listen('latchkey_test', woken.resolve);
    await woken.promise;
    const other = new Client({ connectionString: url });
    await other.connect();
    for (let n = 0; n < 4; n++)
      expect((await other.query('select pg_listening_channels()')).rows).toEqual([]);
    await other.end();
    await listener.close();
    await database.close();
  });
});

describe('listenUrl', () => {
  it('says once that nodes poll behind PgBouncer, and what to set', async () => {
    const pool = new Pool({ connectionString: url });
    pool.on('error', () => {});
    for (const given of [url, pool]) {
      const database = await openDatabase(given);
      expect(database.warnings).toEqual([
        'LISTEN does not pass the pooler in front of PostgreSQL: revocations reach the other nodes by polling, within half a second instead of at once. Set listenUrl to a URL that leads to PostgreSQL itself',
      ]);
      await database.close();
    }
    await pool.end();
    const direct = await openDatabase(postgres.url);
    expect(direct.warnings).toEqual([]);
    await direct.close();
  });

  it('wakes the nodes behind PgBouncer at once by listenUrl', async () => {
    const database = await openDatabase(url, { listenUrl: postgres.url });
    expect(database.warnings).toEqual([]);
    const notified = Promise.withResolvers<void>();
    let wakes = 0;
    const listener = database.listen('latchkey_test', () => {
      if (wakes++ === 0)
        void database.run((db) => sql`select pg_notify('latchkey_test', '')`.execute(db));
      else notified.resolve();
    });
    await notified.promise;
    await listener.close();
    await database.close();
  });

  it('says that listenUrl leads to a pooler too', async () => {
    const database = await openDatabase(url, { listenUrl: url });
    expect(database.warnings).toEqual([expect.stringMatching(/^listenUrl leads to a pooler/)]);
    await database.close();
  });
});

it('serves a pool of the app behind PgBouncer, and leaves no settings behind (S1)', async () => {
  const pool = new Pool({ connectionString: url });
  pool.on('error', () => {});
  const database = await openDatabase(pool);
  const store = sqlSessionStore(database);
  const sessions = Array.from({ length: 20 }, () => sessionRecord());
  await Promise.all(sessions.map((session) => database.transaction(() => store.create(session))));
  expect(await database.transaction(() => settingsOf(database))).toEqual(['5s', '10s']);
  expect(await settingsOf(database)).toEqual(['0', '0']);
  await database.close();
  await pool.end();
});

it('sets the time limits for the whole session on a direct connection', async () => {
  const database = await openDatabase(postgres.url, { poolSize: 1 });
  expect(await settingsOf(database)).toEqual(['5s', '10s']);
  await database.close();
});

/** Behind PgBouncer no notification arrives, so revocations arrive by polling, twice a second. */
revocationFeedContract('PostgreSQL behind PgBouncer', vitest, async () => {
  const [first, second] = [await openDatabase(url), await openDatabase(url)];
  return {
    feeds: [sqlRevocationFeed(first, systemClock), sqlRevocationFeed(second, systemClock)] as const,
    transaction: first.transaction,
    now: systemClock.now,
    async close() {
      await Promise.all([first.close(), second.close()]);
    },
  };
});

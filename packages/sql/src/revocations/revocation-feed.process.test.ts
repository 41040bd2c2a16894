import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RevocationNotice, StoreUnavailableError, systemClock } from '@latchkey/core';
import { recordNotices, revocationFeedContract } from '@latchkey/core/testing/contracts';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { type TcpProxy, tcpProxy } from '@latchkey/test-support';
import { sql } from 'kysely';
import { Client } from 'pg';
import * as vitest from 'vitest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDatabase, type SqlDatabase } from '../database.ts';
import { sqlRevocationFeed } from './revocation-feed.ts';

const SOON = { timeout: 15_000, interval: 10 };

let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await testDatabase();
});
afterAll(() => postgres.drop());

async function twoNodes(url: string, end: () => void = () => {}) {
  const [first, second] = [await openDatabase(url), await openDatabase(url)];
  return {
    feeds: [sqlRevocationFeed(first, systemClock), sqlRevocationFeed(second, systemClock)] as const,
    transaction: first.transaction,
    now: systemClock.now,
    async close() {
      await Promise.all([first.close(), second.close()]);
      end();
    },
  };
}

revocationFeedContract('PostgreSQL', vitest, () => twoNodes(postgres.url));

revocationFeedContract('SQLite with two processes on one file', vitest, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-feed-'));
  return twoNodes(`file:${join(folder, 'a.db')}`, () =>
    rmSync(folder, { recursive: true, force: true }),
  );
});

revocationFeedContract('SQLite in memory', vitest, async () => {
  const database = await openDatabase('memory:');
  const feed = sqlRevocationFeed(database, systemClock);
  return {
    feeds: [feed, feed],
    transaction: database.transaction,
    now: systemClock.now,
    close: database.close,
  };
});

let serial = 0;
const freshId = () => `user ${serial++}`;
const notice = (userId: string, tokenVersion: number): RevocationNotice => ({
  kind: 'user',
  userId,
  tokenVersion,
  reason: 'reuse',
  at: systemClock.now(),
});
const versions = (notices: readonly RevocationNotice[]) =>
  notices.map((each) => (each.kind === 'user' ? each.tokenVersion : -1));

describe('on PostgreSQL', () => {
  let proxy: TcpProxy;
  let far: SqlDatabase;
  let near: SqlDatabase;
  beforeEach(async () => {
    proxy = await tcpProxy(postgres.port);
    near = await openDatabase(postgres.url);
    far = await openDatabase(postgres.urlAt(proxy.port), { poolSize: 2 });
  });
  afterEach(async () => {
    proxy.heal();
    await Promise.all([near.close(), far.close()]);
    await proxy.close();
  });

  it('delivers every notice of PostgreSQL transactions that commit out of order', async () => {
    const [feed, subscriber] = [
      sqlRevocationFeed(near, systemClock),
      await recordNotices(sqlRevocationFeed(far, systemClock)),
    ];
    const id = freshId();
    const early = new Client(postgres.url);
    await early.connect();
    await early.query('begin');
    await early.query(
      `insert into latchkey_revocation_notices (kind, user_id, token_version, reason, at) values ('user', $1, 1, 'reuse', $2)`,
      [id, systemClock.now()],
    );
    for (const version of [2, 3, 4]) {
      await feed.publish([notice(id, version)]);
      const published = systemClock.now();
      await vi.waitFor(() => expect(subscriber.confirmedAt()).toBeGreaterThan(published), SOON);
      expect(versions(subscriber.of(id))).toEqual([2, 3, 4].slice(0, version - 1));
    }
    await early.query('commit');
    await early.end();
    await vi.waitFor(() => expect(versions(subscriber.of(id))).toEqual([2, 3, 4, 1]), SOON);
    await subscriber.close();
  });

  it('delivers fifty parallel writes on PostgreSQL without a gap', async () => {
    const [feed, subscriber] = [
      sqlRevocationFeed(near, systemClock),
      await recordNotices(sqlRevocationFeed(far, systemClock)),
    ];
    const id = freshId();
    const write = (version: number) =>
      near.transaction(async () => {
        if (version % 3 === 0)
          await near.run((db) => sql`select pg_sleep(${(version % 7) / 100})`.execute(db));
        await feed.publish([notice(id, version)]);
        await near.run((db) => sql`select pg_sleep(${(version % 5) / 100})`.execute(db));
      });
    // Ten lanes, because a transaction that waits two seconds for a connection is refused, as on a
    // node whose database is too slow.
    const lane = async (first: number) => {
      for (let version = first; version < 50; version += 10) await write(version);
    };
    await Promise.all(Array.from({ length: 10 }, (_, first) => lane(first)));
    await vi.waitFor(
      () =>
        expect(versions(subscriber.of(id)).toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: 50 }, (_, version) => version),
        ),
      SOON,
    );
    await subscriber.close();
  });

  it('does not report up to date during a cut, and delivers every notice in order after it', async () => {
    const [feed, subscriber] = [
      sqlRevocationFeed(near, systemClock),
      await recordNotices(sqlRevocationFeed(far, systemClock)),
    ];
    const id = freshId();
    await feed.publish([notice(id, 0)]);
    await vi.waitFor(() => expect(subscriber.of(id)).toHaveLength(1), SOON);
    proxy.cut();
    const cutAt = systemClock.now();
    for (let version = 1; version <= 30; version++) {
      await feed.publish([notice(id, version)]);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(subscriber.confirmedAt()).toBeLessThan(cutAt);
    expect(versions(subscriber.of(id))).toEqual([0]);
    proxy.heal();
    await vi.waitFor(
      () =>
        expect(versions(subscriber.of(id))).toEqual(
          Array.from({ length: 31 }, (_, version) => version),
        ),
      SOON,
    );
    await vi.waitFor(() => expect(subscriber.confirmedAt()).toBeGreaterThan(cutAt), SOON);
    await subscriber.close();
  });

  it('delivers every notice by polling to a node without notifications', async () => {
    const withoutListen = sqlRevocationFeed(
      { ...far, listen: () => ({ close: async () => {} }) },
      systemClock,
    );
    const [feed, subscriber] = [
      sqlRevocationFeed(near, systemClock),
      await recordNotices(withoutListen),
    ];
    const id = freshId();
    await feed.publish([notice(id, 1)]);
    await vi.waitFor(() => expect(subscriber.of(id)).toHaveLength(1), SOON);
    await subscriber.close();
  });

  it('reopens a listening connection that the server ends', async () => {
    const subscriber = await recordNotices(sqlRevocationFeed(near, systemClock));
    const listening = sql<{
      pid: number;
    }>`select pid from pg_stat_activity where datname = current_database() and query like 'listen latchkey%' and state = 'idle'`;
    const pids = async () => (await listening.execute(near.db)).rows.map(({ pid }) => pid);
    const [pid] = await vi.waitFor(async () => {
      const found = await pids();
      expect(found).toHaveLength(1);
      return found;
    }, SOON);
    await sql`select pg_terminate_backend(${pid})`.execute(near.db);
    await vi.waitFor(async () => {
      const found = await pids();
      expect(found).toHaveLength(1);
      expect(found).not.toContain(pid);
    }, SOON);
    await subscriber.close();
    await vi.waitFor(async () => expect(await pids()).toEqual([]), SOON);
  });

  it('rejects a subscription during an outage', async () => {
    proxy.cut();
    await expect(recordNotices(sqlRevocationFeed(far, systemClock))).rejects.toThrow(
      StoreUnavailableError,
    );
  });
});

it.each(['SQLite', 'PostgreSQL'])(
  'purges only notices older than an instant, a few at a time, on %s',
  async (name) => {
    const database = await openDatabase(name === 'SQLite' ? 'memory:' : postgres.url);
    const feed = sqlRevocationFeed(database, { now: () => 2_000_000 });
    await database.db.deleteFrom('latchkey_revocation_notices').execute();
    await feed.publish(
      [1, 2, 3, 4].map((version) => ({ ...notice('purged', version), at: version * 1000 })),
    );
    const subscriber = await recordNotices(feed, 2_000);
    expect([
      await feed.purge(3_000, 1),
      await feed.purge(3_000, 5),
      await feed.purge(3_000, 5),
    ]).toEqual([1, 1, 0]);
    const late = await recordNotices(feed, 2_000);
    expect(versions(late.of('purged'))).toEqual([3, 4]);
    await feed.publish([{ ...notice('purged', 5), at: 1_000_000 }]);
    await vi.waitFor(
      () => expect(versions(subscriber.of('purged'))).toEqual([1, 2, 3, 4, 5]),
      SOON,
    );
    await Promise.all([subscriber.close(), late.close()]);
    await database.close();
  },
);

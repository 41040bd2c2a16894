import { sessionRecord, sessionStoreContract } from '@latchkey/core/testing/contracts';
import { openDatabase, sqlSessionStore } from '@latchkey/sql';
import { startPostgres, type TestPostgres, testDatabase } from '@latchkey/test-services';
import * as vitest from 'vitest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refreshes } from '../rotation/refreshes.ts';
import { queryPostgres } from '../servers.ts';
import { member, SESSIONS_EACH } from './fill-sessions.ts';
import { partitionScript, runScript } from './partition-script.ts';
import { anySession } from './print-statements.ts';
import { explain, statementOf, type Verb } from './statements.ts';
import { countUpdates, createTables, partsOf, type Tables, weighTable } from './tables.ts';
import { vacuumed } from './vacuum.ts';

sessionStoreContract(
  'a table that the script of apps/bench/scale.md partitioned',
  vitest,
  async () => {
    const server = await testDatabase();
    await (await openDatabase(server.url)).close();
    await runScript(server.url, partitionScript());
    const database = await openDatabase(server.url);
    return {
      store: sqlSessionStore(database),
      async close() {
        await database.close();
        await server.drop();
      },
    };
  },
);

it('running nodes continue during partitioning, because their prepared statements follow the script', async () => {
  const server = await testDatabase();
  const database = await openDatabase(server.url, { poolSize: 1 });
  const store = sqlSessionStore(database);
  const sessions = [sessionRecord(), sessionRecord()];
  for (const session of sessions) await store.create(session);
  expect(await store.find(sessions[0]?.id ?? '')).toEqual(sessions[0]);
  await runScript(server.url, partitionScript());
  expect(await store.find(sessions[0]?.id ?? '')).toEqual(sessions[0]);
  await store.create(sessionRecord());
  expect(await store.revokeAllOfUser(sessions[1]?.userId ?? '', 'administrator', 1)).toEqual([
    sessions[1]?.id,
  ]);
  expect(
    (await queryPostgres(server.url, 'select count(*)::int as n from latchkey_sessions')).n,
  ).toBe(3);
  await database.close();
  await server.drop();
});

/**
 * Disables sequential scans, which PostgreSQL sometimes prefers on a table as small as this one.
 */
const LARGE = { enable_seqscan: 'off' };

describe('20,000 sessions in partitions by session id', () => {
  let server: TestPostgres;
  let tables: Tables;
  beforeAll(async () => {
    server = await startPostgres();
    const newDatabase = async (name: string) => {
      await queryPostgres(server.url, `create database ${name}`);
      return Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
    };
    tables = await createTables({ newDatabase }, 20_000, () => {});
  });
  afterAll(() => server.stop());

  it('the sessions are spread evenly over the sixteen partitions', async () => {
    const parts = await partsOf(tables.partitionedUrl);
    expect(parts).toHaveLength(16);
    const counts = await Promise.all(
      parts.map(async (part) =>
        Number((await queryPostgres(tables.partitionedUrl, `select count(*) as n from ${part}`)).n),
      ),
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(tables.filling.rows);
    expect(Math.min(...counts)).toBeGreaterThan(1_000);
    expect(Math.max(...counts)).toBeLessThan(1_500);
    const [plain, partitioned] = [
      await weighTable(tables.plainUrl),
      await weighTable(tables.partitionedUrl),
    ];
    expect(partitioned / plain).toBeLessThan(1.2);
  });

  it.each<[Verb, number]>([
    ['rotate a session', 1],
    ['find a session', 1],
    ['acknowledge a session', 1],
    ['revoke a session', 1],
    ['find sessions of a user', 16],
    ['revoke sessions of a user', 16],
    ['find expired sessions', 16],
  ])(
    'the statement "%s" reads %i partitions under custom and generic plans',
    async (verb, partitions) => {
      const statement = await statementOf(verb, await anySession(tables.partitionedUrl));
      for (const plan_cache_mode of ['force_custom_plan', 'force_generic_plan'])
        expect(
          await explain(tables.partitionedUrl, statement, { plan_cache_mode, ...LARGE }),
        ).toHaveLength(partitions);
      expect(await explain(tables.plainUrl, statement, LARGE)).toEqual(['latchkey_sessions']);
    },
  );

  it('sessions in partitions are refreshed by updates that are nearly all heap-only', async () => {
    const before = await countUpdates(tables.partitionedUrl);
    const database = await openDatabase(tables.partitionedUrl);
    const refresh = refreshes(sqlSessionStore(database), tables.filling.browsers);
    const count = tables.filling.browsers.length * 4;
    for (let n = 0; n < count; n++) await refresh();
    await database.close();
    await vitest.vi.waitFor(
      async () =>
        expect((await countUpdates(tables.partitionedUrl)).updates - before.updates).toBe(count),
      { timeout: 10_000 },
    );
    expect((await countUpdates(tables.partitionedUrl)).hot - before.hot).toBeGreaterThan(
      count * 0.95,
    );
  });

  it('revoking and purging reach sessions in every partition', async () => {
    const database = await openDatabase(tables.partitionedUrl);
    const store = sqlSessionStore(database);
    expect(await store.revokeAllOfUser(member(11), 'administrator', 1)).toHaveLength(SESSIONS_EACH);
    expect((await store.findByUser(member(11), 1, { limit: 50 })).sessions).toEqual([]);
    let [removed, steps] = [0, 0];
    for (let after: string | null = null; ; steps++) {
      const step: Awaited<ReturnType<typeof store.purge>> = await store.purge(
        tables.filling.expiredBy,
        1_000,
        after,
      );
      removed += step.removed;
      after = step.next;
      if (after === null) break;
    }
    expect(steps).toBe(Math.floor(tables.filling.rows / 1_000));
    expect(removed).toBe(Math.ceil((tables.filling.users * SESSIONS_EACH) / 10));
    await database.close();
    expect(await vacuumed(tables.partitionedUrl, tables.filling.expiredBy)).toMatchObject({
      parts: 16,
    });
  });
});

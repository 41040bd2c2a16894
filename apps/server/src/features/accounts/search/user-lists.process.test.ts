import type { SqlDatabase } from '@latchkey/sql';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appTables, openAppDatabase } from '../../../services/app-database.ts';
import { plansOf, seekOnly } from '../../../testing/query-plans.ts';
import { sqlUserStore } from '../user-store.ts';
import { type FoundUsers, type UserListPage, userLists } from './user-lists.ts';

let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await testDatabase();
});
afterAll(() => postgres.drop());

/** Bounds so small that the few users of these tests exceed them. */
const SMALL = { counted: 3, sorted: 2, step: 2, lookedAt: 4 };

describe.each(['SQLite', 'PostgreSQL'])('the lists of users on %s', (name) => {
  let database: SqlDatabase;
  const lists = (bounds?: Parameters<typeof userLists>[1]) =>
    userLists(appTables(database), bounds);
  beforeAll(async () => {
    database = await openAppDatabase(name === 'SQLite' ? 'memory:' : postgres.url);
    const users = sqlUserStore(appTables(database));
    /** Several users were created at one time, and not in the order of their names. */
    for (const [username, role, createdAt] of [
      ['dora', 'User', 1],
      ['adam', 'User', 1],
      ['carl_or', 'Admin', 2],
      ['b_b', 'User', 2],
      ['bxb', 'Admin', 2],
      ['zoë.carla', 'User', 3],
      ['a"carl*', 'User', 3],
      ['100%carl', 'User', 4],
    ] as const)
      await users.create({ id: `id ${username}`, username, role, passwordHash: 'x', createdAt });
    await users.change('id adam', { disabled: true });
    await users.change('id bxb', { disabled: true });
  });
  afterAll(() => database.close());

  const names = ({ users }: FoundUsers) => users.map(({ username }) => username);
  const all = async (page: Partial<UserListPage>, bounds?: typeof SMALL) => {
    const seen: string[] = [];
    for (let after: FoundUsers['next'] | undefined; after !== null; ) {
      const found = await lists(bounds).page({ limit: 2, ...page, after });
      seen.push(...names(found));
      after = found.next;
    }
    return seen;
  };

  it.each<[Partial<UserListPage>, string[], 'anywhere' | 'beginning' | null]>([
    [{}, ['100%carl', 'a"carl*', 'adam', 'b_b', 'bxb', 'carl_or', 'dora', 'zoë.carla'], null],
    [{ search: 'carl' }, ['100%carl', 'a"carl*', 'carl_or', 'zoë.carla'], 'anywhere'],
    [{ search: 'arl' }, ['100%carl', 'a"carl*', 'carl_or', 'zoë.carla'], 'anywhere'],
    [{ search: 'ar' }, [], 'beginning'],
    [{ search: 'b' }, ['b_b', 'bxb'], 'beginning'],
    [{ search: 'b_' }, ['b_b'], 'beginning'],
    [{ search: '%' }, [], 'beginning'],
    [{ search: '100%' }, ['100%carl'], 'anywhere'],
    [{ search: 'carl_' }, ['carl_or'], 'anywhere'],
    [{ search: 'carl*' }, ['a"carl*'], 'anywhere'],
    [{ search: '"carl' }, ['a"carl*'], 'anywhere'],
    [{ search: 'carl OR dora' }, [], 'anywhere'],
    [{ search: 'dora)' }, [], 'anywhere'],
    [{ search: 'username:dora' }, [], 'anywhere'],
    [{ search: '\\' }, [], 'beginning'],
    [{ search: 'ë.c' }, [], 'beginning'],
    [{ search: 'zoë' }, ['zoë.carla'], 'anywhere'],
    [{ search: "'; drop table app_users; --" }, [], 'anywhere'],
    [{ search: 'carl', role: 'Admin' }, ['carl_or'], 'anywhere'],
    [{ search: 'carl', disabled: true }, [], 'anywhere'],
    [{ disabled: true }, ['adam', 'bxb'], null],
    [{ disabled: false, role: 'Admin' }, ['carl_or'], null],
    [{ role: 'Emperor' }, [], null],
  ])(
    'the list %j has exactly the matching users, whatever the bounds',
    async (page, expected, match) => {
      const found = await lists().page({ limit: 20, ...page });
      expect([names(found), found.total, found.next, found.isPartial, found.match]).toEqual([
        expected,
        { count: expected.length, exact: true },
        null,
        false,
        match,
      ]);
      for (const order of ['asc', 'desc'] as const)
        for (const sort of ['username', 'createdAt'] as const) {
          const whole = names(await lists().page({ limit: 20, ...page, sort, order }));
          expect(whole.toSorted()).toEqual(expected.toSorted());
          expect(await all({ ...page, sort, order })).toEqual(whole);
          expect(await all({ ...page, sort, order, limit: 1 }, SMALL)).toEqual(whole);
        }
    },
  );

  it('breaks ties of the creation time by the name', async () => {
    expect(await all({ sort: 'createdAt', limit: 1 })).toEqual([
      'adam',
      'dora',
      'b_b',
      'bxb',
      'carl_or',
      'a"carl*',
      'zoë.carla',
      '100%carl',
    ]);
  });

  it.each([
    [7, { count: 7, exact: false }],
    [8, { count: 8, exact: true }],
    [9, { count: 8, exact: true }],
  ])('counts eight users up to %d', async (counted, total) => {
    expect((await lists({ counted }).page({ limit: 1 })).total).toEqual(total);
  });

  it('counts up to the bound with a text or a filter, and not with two that many users match', async () => {
    const total = async (page: Partial<UserListPage>) =>
      (await lists(SMALL).page({ limit: 1, ...page })).total;
    expect(await total({ search: 'carl' })).toEqual({ count: 3, exact: false });
    expect(await total({ disabled: false })).toEqual({ count: 3, exact: false });
    expect(await total({ search: 'carl', disabled: false })).toBeNull();
    expect(await total({ search: 'carl', disabled: true })).toEqual({ count: 0, exact: true });
  });

  it('goes on after a page that looked at many users and found none', async () => {
    const page = { limit: 2, search: 'carl', disabled: false };
    const looked = lists({ ...SMALL, lookedAt: 2 });
    const none = await looked.page({ ...page, after: { username: 'a"carl*' } });
    expect([names(none), none.isPartial, none.next?.username]).toEqual([[], true, 'b_b']);
    const next = await looked.page({ ...page, after: none.next ?? undefined });
    expect([names(next), next.isPartial]).toEqual([['carl_or'], true]);
  });

  it('reads only the names with a beginning, however many users there are before them', async () => {
    const found = await lists({ ...SMALL, sorted: 1 }).page({ limit: 2, search: 'b' });
    expect([names(found), found.isPartial, found.next]).toEqual([['b_b', 'bxb'], false, null]);
  });

  it('finds the ids of users, or says that there are too many', async () => {
    expect((await lists().find('carl_', 1)).ids).toEqual(['id carl_or']);
    expect(await lists().find('carl', 3)).toEqual({ ids: null, match: 'anywhere' });
    expect((await lists().find('carl', 4)).ids).toHaveLength(4);
  });

  it('lists of many users read indexes only in part', { timeout: 60_000 }, async () => {
    await database.run((db) =>
      (name === 'SQLite'
        ? sql`insert into app_users (id, username, password_hash, role, token_version, disabled, created_at)
            with recursive i(n) as (select 1 union all select n + 1 from i where n < 20000)
            select 'n' || n, 'member' || n, 'x', 'User', 0, 0, n from i`
        : sql`insert into app_users (id, username, password_hash, role, token_version, disabled, created_at)
            select 'n' || n, 'member' || n, 'x', 'User', 0, 0, n from generate_series(1, 20000) n`
      ).execute(db),
    );
    const plans = plansOf(appTables(database));
    const watched = userLists(plans.database);
    for (const page of [
      {},
      { sort: 'createdAt' },
      { search: 'mem' },
      { search: 'me', sort: 'createdAt' },
      { search: 'mber1999' },
      { search: 'unknown' },
      { role: 'Admin' },
      { role: 'User', disabled: false, sort: 'createdAt' },
      { search: 'member', role: 'User' },
    ] as const)
      for (const after of [undefined, { username: 'member5', createdAt: 5 }])
        await watched.page({ limit: 25, ...page, after });
    expect(await plans.offending(seekOnly('app_users', 'u'))).toEqual([]);
    const sorting = await plans.offending(/TEMP B-TREE FOR ORDER BY|^Sort/);
    expect(sorting.filter((step) => !step.includes('with found as'))).toEqual([]);
  });
});

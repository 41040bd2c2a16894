import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type SqlDatabase } from './database.ts';
import { sqlUserStore, type UserAccount, type UserPage, type UserStore } from './user-store.ts';

let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await testDatabase();
});
afterAll(() => postgres.drop());

describe.each(['SQLite', 'PostgreSQL'])('on %s, lists of users', (name) => {
  let database: SqlDatabase;
  let users: UserStore;
  beforeAll(async () => {
    database = await openDatabase(name === 'SQLite' ? 'memory:' : postgres.url);
    users = sqlUserStore(database);
    /** Created two at a time, and not in the order of their names. */
    const people = [
      ['dora', 'User', 1],
      ['adam', 'User', 1],
      ['carl', 'Admin', 2],
      ['b_b', 'User', 2],
      ['bxb', 'Admin', 3],
    ] as const;
    for (const [username, role, createdAt] of people)
      await users.create({ id: `id ${username}`, username, role, passwordHash: 'x', createdAt });
    await users.change('id adam', { disabled: true });
    await users.change('id bxb', { disabled: true });
  });
  afterAll(() => database.close());

  const names = async (page: UserPage) => (await users.list(page)).map(({ username }) => username);

  const ORDERS: [string, Pick<UserPage, 'sort' | 'order'>, string[]][] = [
    ['username asc', {}, ['adam', 'b_b', 'bxb', 'carl', 'dora']],
    ['username desc', { order: 'desc' }, ['dora', 'carl', 'bxb', 'b_b', 'adam']],
    ['createdAt asc', { sort: 'createdAt' }, ['adam', 'dora', 'b_b', 'carl', 'bxb']],
    [
      'createdAt desc',
      { sort: 'createdAt', order: 'desc' },
      ['bxb', 'carl', 'b_b', 'dora', 'adam'],
    ],
  ];

  it.each(ORDERS)(
    'by %s are the same in one piece and in pages of any size',
    async (_name, order, expected) => {
      expect(await names({ ...order, limit: 10 })).toEqual(expected);
      for (const limit of [1, 2, 3]) {
        const seen: UserAccount[] = [];
        for (
          let page: UserAccount[] = [];
          seen.length === 0 || page.length === limit;
          seen.push(...page)
        )
          page = await users.list({ ...order, limit, after: seen.at(-1) });
        expect(seen.map(({ username }) => username)).toEqual(expected);
      }
    },
  );

  it.each<[Parameters<UserStore['count']>[0], string[]]>([
    [{}, ['adam', 'b_b', 'bxb', 'carl', 'dora']],
    [{ role: 'Admin' }, ['bxb', 'carl']],
    [{ disabled: true }, ['adam', 'bxb']],
    [{ disabled: false, role: 'User' }, ['b_b', 'dora']],
    [{ search: 'b_' }, ['b_b']],
    [{ search: '_' }, ['b_b']],
    [{ search: '%' }, []],
    [{ search: '\\' }, []],
    [{ search: "'; drop table users; --" }, []],
    [{ search: 'a', disabled: false }, ['carl', 'dora']],
    [{ role: 'Emperor' }, []],
  ])('and the count of them go by %j', async (filter, expected) => {
    expect([await names({ ...filter, limit: 10 }), await users.count(filter)]).toEqual([
      expected,
      expected.length,
    ]);
  });
});

import type { SqlDatabase } from '@latchkey/sql';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appTables, openAppDatabase } from '../../services/app-database.ts';
import { sqlUserStore, type UserAccount, type UserPage, type UserStore } from './user-store.ts';

let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await testDatabase();
});
afterAll(() => postgres.drop());

describe.each(['SQLite', 'PostgreSQL'])('lists of users on %s', (name) => {
  let database: SqlDatabase;
  let users: UserStore;
  beforeAll(async () => {
    database = await openAppDatabase(name === 'SQLite' ? 'memory:' : postgres.url);
    users = sqlUserStore(appTables(database));
    /** Users, two of them created at the same time, and not in the order of their names. */
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
    'a list of users by %s is the same in one page and in pages of any size',
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
    [{ role: 'Emperor' }, []],
  ])('the user store lists and counts the users that match %j', async (filter, expected) => {
    expect([await names({ ...filter, limit: 10 }), await users.count(filter)]).toEqual([
      expected,
      expected.length,
    ]);
  });
});

describe.each(['SQLite', 'PostgreSQL'])('the user store on %s', (name) => {
  let database: SqlDatabase;
  let users: UserStore;
  let own: TestDatabase | undefined;
  beforeAll(async () => {
    own = name === 'SQLite' ? undefined : await testDatabase();
    database = await openAppDatabase(own?.url ?? 'memory:');
    users = sqlUserStore(appTables(database));
  });
  afterAll(async () => {
    await database.close();
    await own?.drop();
  });

  it('the user store keeps names unique, increments versions and returns null for an unknown user', async () => {
    const carol = { id: 'c', username: 'carol', role: 'User', passwordHash: 'x', createdAt: 1 };
    expect([await users.create(carol), await users.create({ ...carol, id: 'd' })]).toEqual([
      true,
      false,
    ]);
    await users.raiseTokenVersion('c');
    expect(await users.change('c', { disabled: true })).toMatchObject({
      ...carol,
      tokenVersion: 2,
      disabled: true,
    });
    expect(await users.findAccount('carol')).toMatchObject({
      ...carol,
      tokenVersion: 2,
      disabled: true,
    });
    await users.remove('c');
    expect(await users.findAccount('carol')).toBeNull();
  });

  it('the user store lets one caller use a one-time password, before it expires (F3)', async () => {
    const emil = { id: 'e', username: 'emil', role: 'User', passwordHash: 'x', createdAt: 1 };
    await users.create(emil);
    const use = (passwordHash: string, now: number) =>
      users.useOneTimePassword('e', passwordHash, now);
    expect(await use('x', 0)).toBe(false);
    await users.change('e', { passwordHash: 'y', oneTimeUntil: 10 });
    expect([await use('x', 9), await use('y', 10)]).toEqual([false, false]);
    const used = await Promise.all(Array.from({ length: 8 }, () => use('y', 9)));
    expect(used.filter(Boolean)).toHaveLength(1);
    expect(await users.findById('e')).toMatchObject({
      oneTimeUsed: true,
      claims: { mustChangePassword: true },
    });
    await users.change('e', { passwordHash: 'z', oneTimeUntil: null });
    const chosen = await users.findById('e');
    expect([chosen?.oneTimeUsed, chosen?.claims]).toEqual([false, {}]);
    await users.remove('e');
  });

  describe('changes of users', () => {
    it('the user store changes, rehashes and removes existing users only', async () => {
      for (const username of ['zoe_1', 'zoeX1', 'zoe%2'])
        await users.create({
          id: `id ${username}`,
          username,
          role: 'Zoo',
          passwordHash: 'x',
          createdAt: 1,
        });
      expect(await users.holdEnabled('Zoo')).toHaveLength(3);
      await users.change('id zoe_1', { disabled: true });
      expect(await users.holdEnabled('Zoo')).toHaveLength(2);
      expect((await users.change('id zoe_1', { role: 'Zoo' }))?.tokenVersion).toBe(2);
      await users.rehash('id zoe_1', 'not its hash', 'y');
      expect((await users.findById('id zoe_1'))?.passwordHash).toBe('x');
      expect([await users.change('none', { role: 'x' }), await users.remove('none')]).toEqual([
        null,
        false,
      ]);
    });
  });

  it('the user store locks the users of a role, so that parallel changes cannot disable all of them', async () => {
    for (const id of ['boss a', 'boss b'])
      await users.create({
        id,
        username: `${id} ${name}`,
        role: 'Boss',
        passwordHash: 'x',
        createdAt: 1,
      });
    const disable = (id: string) =>
      database.transaction(async () => {
        if ((await users.holdEnabled('Boss')).length === 1) return false;
        await users.change(id, { disabled: true });
        return true;
      });
    for (let round = 0; round < 10; round++) {
      expect(
        (await Promise.all([disable('boss a'), disable('boss b')])).filter(Boolean),
      ).toHaveLength(1);
      for (const id of ['boss a', 'boss b']) await users.change(id, { disabled: false });
    }
  });
});

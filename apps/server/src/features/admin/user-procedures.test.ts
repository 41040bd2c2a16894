import { SYSTEM } from '@latchkey/core';
import type { Browser } from '@latchkey/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';

const PASSWORD = 'lantern otter seventeen brick';

let app: TestServer;
let admin: Browser;
beforeAll(async () => {
  app = await startApp({ session: { accessTokenSeconds: 60 } });
  for (const username of ['carol', 'dan_1', 'danx1']) {
    app.clock.advance(1);
    const { id } = await app.accounts.create(
      { username, password: PASSWORD, role: username === 'carol' ? 'Admin' : 'User' },
      SYSTEM,
    );
    if (username === 'danx1') await app.accounts.setDisabled(id, true, SYSTEM);
  }
  admin = app.browser();
  await admin.post('/login', { username: 'admin', password: 'password' });
});
afterAll(() => app.close());

interface Page {
  users: { username: string }[];
  next: string | null;
  total: { count: number; exact: boolean } | null;
  match: string | null;
}
const list = (input?: unknown) => caller(admin).query<Page>('admin.users', input);
const names = async (input?: unknown) =>
  (await list(input)).data?.users.map(({ username }) => username);

describe('admin.users', () => {
  it('admin.users lists users by name with their total, and says that the page is the last', async () => {
    const { data } = await list();
    expect([data?.users.map(({ username }) => username), data?.next, data?.total]).toEqual([
      ['admin', 'bob', 'carol', 'dan_1', 'danx1'],
      null,
      { count: 5, exact: true },
    ]);
  });

  it.each<[object, string[]]>([
    [{ role: 'Admin' }, ['admin', 'carol']],
    [{ status: 'disabled' }, ['danx1']],
    [{ status: 'active', role: 'User' }, ['bob', 'dan_1']],
    [{ search: 'DAN_' }, ['dan_1']],
    [{ search: '%' }, []],
    [{ search: 'dan_1' }, ['dan_1']],
    [{ search: 'aro' }, ['carol']],
    [{ search: 'ar' }, []],
    [{ search: 'carol', role: 'User' }, []],
    [{ sort: 'createdAt', order: 'desc' }, ['danx1', 'dan_1', 'carol', 'bob', 'admin']],
    [{ order: 'desc', limit: 2 }, ['danx1', 'dan_1']],
  ])('admin.users filters and sorts by %j', async (input, expected) => {
    expect(await names(input)).toEqual(expected);
  });

  it('admin.users counts the users that match the filter, not those on the page', async () => {
    expect((await list({ search: 'dan', limit: 1 })).data).toMatchObject({
      users: [{ username: 'dan_1' }],
      next: 'dan_1',
      total: { count: 2, exact: true },
      match: 'anywhere',
    });
    expect((await list({ search: 'da' })).data?.match).toBe('beginning');
    expect((await list({})).data?.match).toBeNull();
  });

  it.each([
    ['username', 'asc'],
    ['username', 'desc'],
    ['createdAt', 'asc'],
    ['createdAt', 'desc'],
  ])(
    'pages of users sorted by %s %s have no gap and no repetition, and the last one says so',
    async (sort, order) => {
      const whole = await names({ sort, order });
      const paged: string[] = [];
      for (let after: string | null | undefined, pages = 0; after !== null; pages++) {
        expect(pages).toBeLessThan(5);
        const { data } = await list({ sort, order, limit: 1, after });
        paged.push(...(data?.users.map(({ username }) => username) ?? []));
        expect(data?.total?.count).toBe(5);
        after = data?.next ?? null;
      }
      expect(paged).toEqual(whole);
    },
  );

  it.each([
    [{ sort: 'createdAt', after: 'bob' }, /^after: must be the `next`/],
    [{ sort: 'createdAt', after: '-5 bob' }, /^after: must be the `next`/],
    [{ sort: 'createdAt', after: '9999999999999999 bob' }, /^after: must be the `next`/],
    [{ sort: 'username', after: '1767225600000 bob' }, /^after: must be the `next`/],
    [{ after: '' }, /^after: must be the `next`/],
    [{ after: 'a\0' }, /^after: must not hold a NUL/],
    [{ after: 'x'.repeat(301) }, /^after: /],
    [{ after: 7 }, /^after: /],
    [{ sort: 'passwordHash' }, /^sort: /],
    [{ order: 'sideways' }, /^order: /],
    [{ role: 'Emperor' }, /^role: /],
    [{ status: 'asleep' }, /^status: /],
    [{ limit: 201 }, /^limit: /],
    [{ limit: 0 }, /^limit: /],
    [{ limit: 1e9 }, /^limit: /],
  ])('admin.users refuses the input %j and names the field', async (input, message) => {
    const { status, error } = await list(input);
    expect([status, error?.data.reason, error?.message]).toEqual([
      400,
      'invalid_input',
      expect.stringMatching(message),
    ]);
  });

  it('admin.users answers 403 to a plain user for any input', async () => {
    const bob = app.browser();
    await bob.post('/login', { username: 'bob', password: 'password' });
    for (const input of [undefined, { status: 'active' }, { after: 'x y' }])
      expect((await caller(bob).query('admin.users', input)).status).toBe(403);
  });
});

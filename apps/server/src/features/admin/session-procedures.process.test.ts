import type { Browser } from '@latchkey/core/testing';
import { testRedis } from '@latchkey/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';

interface Page {
  sessions: {
    id: string;
    userId: string;
    username: string;
    current: boolean;
    lastSeenAt: number;
    ipAddress: string | null;
  }[];
  next: string | null;
  match: string | null;
}

const signedIn = async (app: TestServer, username: string) => {
  const browser = app.browser();
  expect((await browser.post('/login', { username, password: 'password' })).status).toBe(200);
  return browser;
};
const all = (browser: Browser, input?: unknown) =>
  caller(browser).query<Page>('admin.allSessions', input);

describe('admin.allSessions', () => {
  let app: TestServer;
  let admin: Browser;
  let bob: Browser;
  beforeAll(async () => {
    app = await startApp({ session: { accessTokenSeconds: 60 } });
    bob = await signedIn(app, 'bob');
    app.clock.advance(10);
    await signedIn(app, 'bob');
    admin = await signedIn(app, 'admin');
  });
  afterAll(() => app.close());

  const users = async (input?: unknown) =>
    (await all(admin, input)).data?.sessions.map(({ username }) => username);

  it("admin.allSessions lists all users' sessions, the newest sign-in first, and marks the current one", async () => {
    const { data } = await all(admin);
    const adminId = (await app.users.findAccount('admin'))?.id;
    expect(data?.next).toBeNull();
    expect(data?.sessions.map(({ username }) => username).toSorted()).toEqual([
      'admin',
      'bob',
      'bob',
    ]);
    expect(data?.sessions.at(-1)).toMatchObject({
      username: 'bob',
      lastSeenAt: app.clock.now() - 10_000,
    });
    expect(data?.sessions.filter(({ current }) => current)).toEqual([
      expect.objectContaining({ username: 'admin', userId: adminId }),
    ]);
    expect(JSON.stringify(data)).not.toMatch(/secret|successor|[Hh]ash/);
  });

  it('admin.allSessions finds sessions by a part of the username in any case or width', async () => {
    const { data } = await all(admin, { search: 'dmi' });
    expect([data?.match, data?.sessions.length]).toEqual(['anywhere', 1]);
    expect((await all(admin, { search: 'bo' })).data?.match).toBe('beginning');
    expect(await users({ search: 'BO' })).toEqual(['bob', 'bob']);
    expect(await users({ search: 'ＢＯ' })).toEqual(['bob', 'bob']);
    expect(await users({ search: 'ob' })).toEqual([]);
    expect(await users({ search: 'b%' })).toEqual([]);
  });

  it('the last page of sessions says that it is the last, even when it is full', async () => {
    const whole = (await all(admin)).data?.sessions;
    const paged: Page['sessions'] = [];
    for (let after: string | null | undefined, pages = 0; after !== null; pages++) {
      expect(pages).toBeLessThan(3);
      const { data } = await all(admin, { limit: 1, after });
      paged.push(...(data?.sessions ?? []));
      after = data?.next ?? null;
    }
    expect(paged).toEqual(whole);
  });

  it('omits ended sessions from the list of all sessions', async () => {
    const other = await signedIn(app, 'bob');
    expect(await users({ search: 'bob' })).toHaveLength(3);
    await other.post('/logout');
    expect(await users({ search: 'bob' })).toHaveLength(2);
  });

  it.each([
    [{ after: 'x' }, /^after: must be the `next` of a page/],
    [{ after: '5 ; drop' }, /^after: must be the `next` of a page/],
    [{ after: '9999999999999999 abc' }, /^after: must be the `next` of a page/],
    [{ after: `5 ${'x'.repeat(300)}` }, /^after: /],
    [{ search: 'x'.repeat(65) }, /^search: /],
    [{ search: 'a\0' }, /^search: must not hold a NUL/],
    [{ limit: 201 }, /^limit: /],
    [{ limit: -1 }, /^limit: /],
  ])('admin.allSessions refuses the input %j and names the field', async (input, message) => {
    const { status, error } = await all(admin, input);
    expect([status, error?.message]).toEqual([400, expect.stringMatching(message)]);
  });

  it('admin.allSessions answers 403 to a plain user', async () => {
    expect((await all(bob, { search: 'bob' })).status).toBe(403);
  });
});

it('admin.allSessions is refused, and no sessions are counted, when sessions are in Redis', async () => {
  const redis = await testRedis();
  const app = await startApp({ variables: { REDIS_URL: redis.url } });
  const admin = await signedIn(app, 'admin');
  const { status, error } = await all(admin);
  expect([status, error?.data.reason, error?.message]).toEqual([
    409,
    'conflict',
    expect.stringContaining('Redis'),
  ]);
  const userId = (await app.users.findAccount('admin'))?.id;
  expect(
    (await caller(admin).query<{ sessions: unknown[] }>('admin.sessions', { userId })).data
      ?.sessions,
  ).toHaveLength(1);
  const overview = await caller(admin).query<{ totals: object }>('admin.overview', {
    buckets: 1,
    bucketHours: 1,
  });
  expect(overview.data?.totals).toEqual({ users: 2, disabledUsers: 0, liveSessions: null });
  await app.close();
  await redis.drop();
});

import { type Browser, settableClock } from '@latchkey/core/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';

interface Overview {
  buckets: Record<
    | 'since'
    | 'until'
    | 'signIns'
    | 'refusedSignIns'
    | 'refusedRefreshes'
    | 'reuses'
    | 'signOuts'
    | 'revocations',
    number
  >[];
  totals: { users: number; disabledUsers: number; liveSessions: number | null };
}

let app: TestServer;
let admin: Browser;
let bob: Browser;
let began: number;
const HOUR = 3_600_000;

const signIn = async (username: string, browser = app.browser(), password = 'password') => {
  await browser.post('/login', { username, password });
  return browser;
};
const overview = (input?: unknown, browser = admin) =>
  caller(browser).query<Overview>('admin.overview', input);

/**
 * Records three hours: in the first a user mistypes the password, in the second one session is
 * ended in each way, in the third a refresh token is reused.
 */
beforeAll(async () => {
  began = Date.UTC(2026, 2, 9, 8);
  app = await startApp({ session: { accessTokenSeconds: 60 }, clock: settableClock(began) });
  bob = await signIn('bob');
  await signIn('bob', app.browser(), 'wrong');
  await signIn('mallory', app.browser(), 'wrong');

  app.clock.advance(3600);
  admin = await signIn('admin');
  const bobId = (await app.users.findAccount('bob'))?.id ?? '';
  await (await signIn('bob')).post('/logout');
  await signIn('bob', await signIn('bob'));
  await caller(admin).mutate('admin.signOutUser', { userId: bobId });
  await bob.request('/dashboard');
  await caller(admin).mutate('admin.disableUser', { userId: bobId });

  app.clock.advance(3600);
  admin = await signIn('admin');
  const thief = admin.copy();
  for (let lifetime = 0; lifetime < 2; lifetime++) {
    app.clock.advance(60);
    await admin.request('/dashboard');
    await app.layer.flush();
  }
  app.clock.advance(60);
  await thief.request('/dashboard');
  admin = await signIn('admin');
  await app.trail.flush();
});
afterAll(() => app.close());

describe('admin.overview', () => {
  it('admin.overview counts events in each interval up to the end of this hour, and current totals', async () => {
    const { data } = await overview({ buckets: 4, bucketHours: 1 });
    const none = {
      signIns: 0,
      refusedSignIns: 0,
      refusedRefreshes: 0,
      reuses: 0,
      signOuts: 0,
      revocations: 0,
    };
    expect(data?.buckets).toEqual([
      { ...none, since: began - HOUR, until: began },
      { ...none, since: began, until: began + HOUR, signIns: 1, refusedSignIns: 2 },
      {
        ...none,
        since: began + HOUR,
        until: began + 2 * HOUR,
        signIns: 4,
        signOuts: 2,
        revocations: 2,
        refusedRefreshes: 1,
      },
      { ...none, since: began + 2 * HOUR, until: began + 3 * HOUR, signIns: 2, reuses: 1 },
    ]);
    expect(data?.totals).toEqual({ users: 2, disabledUsers: 1, liveSessions: 1 });
  });

  it('admin.overview leaves out events before the first interval', async () => {
    const { data } = await overview({ buckets: 2, bucketHours: 1 });
    expect(data?.buckets.map(({ signIns, refusedSignIns }) => signIns + refusedSignIns)).toEqual([
      4, 2,
    ]);
  });

  it('the counts of admin.overview agree with the audit log for any intervals', async () => {
    const until = began + 3 * HOUR;
    for (const [buckets, bucketHours] of [
      [1, 3],
      [7, 2],
      [100, 87],
    ] as const) {
      const since = until - buckets * bucketHours * HOUR;
      const log = await caller(admin).query<{ events: unknown[] }>('admin.audit', {
        since,
        until,
        kind: 'session.issued',
        limit: 200,
      });
      const { data } = await overview({ buckets, bucketHours });
      expect(data?.buckets).toHaveLength(buckets);
      expect([data?.buckets[0]?.since, data?.buckets.at(-1)?.until]).toEqual([since, until]);
      expect(data?.buckets.reduce((sum, { signIns }) => sum + signIns, 0)).toBe(
        log.data?.events.length,
      );
    }
  });

  it.each([
    [{ buckets: 101, bucketHours: 1 }, /^buckets: /],
    [{ buckets: 0, bucketHours: 1 }, /^buckets: /],
    [{ buckets: 1.5, bucketHours: 1 }, /^buckets: /],
    [{ buckets: 1, bucketHours: 0 }, /^bucketHours: /],
    [{ buckets: 1, bucketHours: 0.5 }, /^bucketHours: /],
    [{ buckets: 1, bucketHours: '1' }, /^bucketHours: /],
    [{ buckets: 100, bucketHours: 88 }, /^bucketHours: times `buckets` must be at most 366 days/],
    [
      { buckets: 1, bucketHours: 366 * 24 + 1 },
      /^bucketHours: times `buckets` must be at most 366 days/,
    ],
    [{ buckets: 10 }, /^bucketHours: /],
    [undefined, /^input: /],
  ])('admin.overview refuses the period %j and names the field', async (input, message) => {
    const { status, error } = await overview(input);
    expect([status, error?.message]).toEqual([400, expect.stringMatching(message)]);
  });

  it('admin.overview counts an event at the start of an hour in the last interval', async () => {
    app.clock.set(began + 5 * HOUR);
    await signIn('admin', app.browser());
    await app.trail.flush();
    const { data } = await overview({ buckets: 1, bucketHours: 1 });
    expect(data?.buckets).toMatchObject([
      { since: began + 5 * HOUR, until: began + 6 * HOUR, signIns: 1 },
    ]);
  });

  it('admin.overview counts users and sessions up to 10,000, and says 10,001 for more', async () => {
    const last = app.clock.now() + HOUR;
    const fill = (table: string, columns: string, values: string, upTo: number) =>
      sql
        .raw(
          `with recursive row(i) as (select 1 union all select i + 1 from row where i < ${upTo}) insert or ignore into ${table} (${columns}) select ${values} from row`,
        )
        .execute(app.database.db);
    const users = 'id, username, password_hash, role, token_version, disabled, created_at';
    const sessions =
      'id, user_id, username, generation, secret_hash, delivered_at, token_version, created_at, authenticated_at, last_seen_at, idle_expires_at, absolute_expires_at';
    const totals = async () =>
      (await overview({ buckets: 1, bucketHours: 1 })).data?.totals as Record<string, number>;
    const before = await totals();
    const add = async (upTo: number) => {
      const fields = "'u' || i, 'u' || i, 'h', 'User', 0, 1, 0";
      await fill('app_users', users, fields, upTo - (before.users ?? 0));
      const instants = `0, 0, 0, 0, 0, ${last}, ${last}`;
      const missing = upTo - (before.liveSessions ?? 0);
      await fill('latchkey_sessions', sessions, `'s' || i, 'u', 'u', 0, 'h', ${instants}`, missing);
    };
    const disabled = (all: number) => all - (before.users ?? 0) + (before.disabledUsers ?? 0);
    for (const n of [9_999, 10_000]) {
      await add(n);
      expect(await totals()).toEqual({ users: n, disabledUsers: disabled(n), liveSessions: n });
    }
    await add(12_000);
    expect(await totals()).toEqual({ users: 10_001, disabledUsers: 10_001, liveSessions: 10_001 });
  });

  it('admin.overview is for administrators only', async () => {
    await app.users.change((await app.users.findAccount('bob'))?.id ?? '', { disabled: false });
    const user = await signIn('bob');
    expect((await overview({ buckets: 1, bucketHours: 1 }, user)).status).toBe(403);
    expect((await overview({ buckets: 1, bucketHours: 1 }, app.browser())).status).toBe(401);
  });
});

import type { Browser } from '@latchkey/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';

interface Overview {
  buckets: Record<'since' | 'until' | 'signIns' | 'refusedSignIns' | 'refusedRefreshes' | 'reuses' | 'signOuts' | 'revocations', number>[];
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
const overview = (input?: unknown, browser = admin) => caller(browser).query<Overview>('admin.overview', input);

/** Three hours: in the first somebody mistypes, in the second one session is ended in each way, in the third one is used twice. */
beforeAll(async () => {
  app = await startApp({ session: { accessTokenSeconds: 60 } });
  began = app.clock.now();
  bob = await signIn('bob');
  await signIn('bob', app.browser(), 'wrong');
  await signIn('nobody', app.browser(), 'wrong');

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
  it('counts what happened in each part of the time, and how things stand', async () => {
    const { data } = await overview({ since: began, until: began + 3 * HOUR, buckets: 3 });
    const none = { signIns: 0, refusedSignIns: 0, refusedRefreshes: 0, reuses: 0, signOuts: 0, revocations: 0 };
    expect(data?.buckets).toEqual([
      { ...none, since: began, until: began + HOUR, signIns: 1, refusedSignIns: 2 },
      { ...none, since: began + HOUR, until: began + 2 * HOUR, signIns: 4, signOuts: 2, revocations: 2, refusedRefreshes: 1 },
      { ...none, since: began + 2 * HOUR, until: began + 3 * HOUR, signIns: 2, reuses: 1 },
    ]);
    expect(data?.totals).toEqual({ users: 2, disabledUsers: 1, liveSessions: 1 });
  });

  it('leaves out what was before and what comes at the end', async () => {
    const { data } = await overview({ since: began + 1, until: began + HOUR, buckets: 2 });
    expect(data?.buckets.map(({ signIns, refusedSignIns }) => signIns + refusedSignIns)).toEqual([0, 0]);
  });

  it('agrees with the audit log, whatever the parts', async () => {
    const span = { since: began, until: began + 3 * HOUR };
    const log = await caller(admin).query<{ events: unknown[] }>('admin.audit', { ...span, kind: 'session.issued', limit: 200 });
    for (const buckets of [1, 7, 100]) {
      const { data } = await overview({ ...span, buckets });
      expect(data?.buckets).toHaveLength(buckets);
      expect([data?.buckets[0]?.since, data?.buckets.at(-1)?.until]).toEqual([span.since, span.until]);
      expect(data?.buckets.reduce((sum, { signIns }) => sum + signIns, 0)).toBe(log.data?.events.length);
    }
  });

  it.each([
    [{ since: 0, until: 10, buckets: 101 }, /^buckets: /],
    [{ since: 0, until: 10, buckets: 0 }, /^buckets: /],
    [{ since: 0, until: 10, buckets: 1.5 }, /^buckets: /],
    [{ since: 0, until: 10, buckets: 11 }, /^until: must leave/],
    [{ since: 10, until: 10, buckets: 1 }, /^until: must leave/],
    [{ since: 10, until: 9, buckets: 1 }, /^until: must leave/],
    [{ since: 0, until: 367 * 24 * HOUR, buckets: 100 }, /^until: must be 366 days/],
    [{ since: -1, until: 10, buckets: 1 }, /^since: /],
    [{ since: 0, until: 9e15, buckets: 1 }, /^until: /],
    [{ since: '0', until: 10, buckets: 1 }, /^since: /],
    [{ since: 0, until: 10 }, /^buckets: /],
    [undefined, /^input: /],
  ])('refuses %j and says why', async (input, message) => {
    const { status, error } = await overview(input);
    expect([status, error?.message]).toEqual([400, expect.stringMatching(message)]);
  });

  it('is for nobody else', async () => {
    await app.users.change((await app.users.findAccount('bob'))?.id ?? '', { disabled: false });
    const user = await signIn('bob');
    expect((await overview({ since: 0, until: 10, buckets: 1 }, user)).status).toBe(403);
    expect((await overview({ since: 0, until: 10, buckets: 1 }, app.browser())).status).toBe(401);
  });
});

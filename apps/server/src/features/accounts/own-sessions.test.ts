import type { Browser } from '@latchkey/core/testing';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1';
const PASSWORD = 'lantern otter seventeen brick';

let app: TestServer;
beforeEach(async () => {
  app = await startApp({ session: { accessTokenSeconds: 60 } });
});
afterEach(() => app.close());

async function signedIn(
  username = 'bob',
  userAgent?: string,
  password = 'password',
): Promise<Browser> {
  const browser = app.browser(userAgent);
  expect((await browser.post('/login', { username, password })).status).toBe(200);
  return browser;
}

const _kinds = async () => {
  await app.trail.flush();
  const events = await app.auditLog.list({ limit: 100 });
  return events.map(({ kind, reason }) => (reason ? `${kind} ${reason}` : kind)).toReversed();
};

describe("a user's own sessions", () => {
  const own = async (browser: Browser) =>
    (
      await caller(browser).query<{
        sessions: { id: string; current: boolean; browser: string | null }[];
      }>('account.sessions')
    ).data?.sessions ?? [];

  it('lists sessions with browser, system, address and times, the current one first', async () => {
    const phone = await signedIn('bob', SAFARI);
    app.clock.advance(5);
    const desk = await signedIn('bob', FIREFOX);
    await signedIn('admin');
    const at = app.clock.now();
    expect(await own(desk)).toEqual([
      {
        id: expect.any(String),
        current: true,
        browser: 'Firefox 128',
        system: 'Windows 10',
        ipAddress: expect.any(String),
        createdAt: at,
        lastSeenAt: at,
        expiresAt: at + 604_800_000,
      },
      expect.objectContaining({
        current: false,
        browser: 'Safari 18',
        system: 'iOS 18.1',
        createdAt: at - 5_000,
      }),
    ]);
    expect((await own(phone)).map(({ browser, current }) => [browser, current])).toEqual([
      ['Safari 18', true],
      ['Firefox 128', false],
    ]);
  });

  it('the list of sessions shows the last use once acknowledgements are written', async () => {
    const browser = await signedIn();
    await app.layer.flush();
    app.clock.advance(70);
    for (let n = 0; n < 5; n++) await browser.request('/dashboard');
    app.clock.advance(3);
    await browser.request('/dashboard');
    await app.layer.flush();
    const [session] =
      (await caller(browser).query<{ sessions: { lastSeenAt: number }[] }>('account.sessions')).data
        ?.sessions ?? [];
    expect(app.clock.now() - (session?.lastSeenAt ?? 0)).toBe(3_000);
  });

  it('a user ends one session, and then all but the current one', async () => {
    const [here, there, third] = [await signedIn(), await signedIn(), await signedIn()];
    const target = (await own(there)).find(({ current }) => current)?.id;
    expect((await caller(here).mutate('account.revokeSession', { sessionId: target })).status).toBe(
      200,
    );
    app.clock.advance(60);
    expect((await there.request('/dashboard')).status).toBe(401);
    expect((await third.request('/dashboard')).status).toBe(200);
    expect((await caller(here).mutate('account.revokeOtherSessions')).data).toEqual({ ended: 1 });
    app.clock.advance(60);
    expect((await third.request('/dashboard')).status).toBe(401);
    expect((await here.request('/dashboard')).status).toBe(200);
    expect(await own(here)).toHaveLength(1);
  });

  it('lists 6,000 sessions of one account in bounded pages, the current one first (V3)', async () => {
    const desk = await signedIn('bob', FIREFOX);
    const bob = await app.users.findAccount('bob');
    const now = app.clock.now();
    const fields = {
      userId: bob?.id ?? '',
      username: 'bob',
      lastSeenAt: now,
      idleExpiresAt: now + 1e6,
      absoluteExpiresAt: now + 1e6,
    };
    for (let at = 1; at <= 6_000; at++)
      await app.store.create(sessionRecord({ ...fields, createdAt: now + at }));

    const page = async (input?: object) => {
      const { status, body } = await desk.request(
        `/trpc/account.sessions${input ? `?input=${encodeURIComponent(JSON.stringify(input))}` : ''}`,
      );
      expect([status, body.length < 20_000]).toEqual([200, true]);
      return (
        JSON.parse(body) as {
          result: {
            data: {
              sessions: { current: boolean; createdAt: number }[];
              nextCursor: string | null;
            };
          };
        }
      ).result.data;
    };
    const first = await page();
    expect(first.sessions.map(({ current }) => current)).toEqual([
      true,
      ...Array.from({ length: 50 }, () => false),
    ]);
    const second = await page({ cursor: first.nextCursor, limit: 10 });
    expect(second.sessions.map(({ createdAt }) => createdAt - now)).toEqual(
      Array.from({ length: 10 }, (_, at) => 5_950 - at),
    );
    expect((await caller(desk).query('account.sessions', { limit: 201 })).status).toBe(400);
    const { error } = await caller(desk).query('account.sessions', { cursor: 'elsewhere' });
    expect(error?.message).toBe('cursor: must be the `nextCursor` of a page.');

    const admin = await signedIn('admin');
    const { data } = await caller(admin).query<typeof first>('admin.sessions', { userId: bob?.id });
    expect([data?.sessions.length, typeof data?.nextCursor]).toEqual([50, 'string']);
    expect((await caller(desk).mutate('account.revokeOtherSessions')).data).toEqual({
      ended: 6_000,
    });
    expect((await page()).sessions).toHaveLength(1);
  });

  it("refuses to end another user's session, an unknown one and the current one", async () => {
    const [bob, admin] = [await signedIn('bob'), await signedIn('admin')];
    const [foreign] = await own(admin);
    const [current] = await own(bob);
    for (const [sessionId, status] of [
      [foreign?.id, 404],
      ['unknown', 404],
      [current?.id, 409],
    ] as const)
      expect((await caller(bob).mutate('account.revokeSession', { sessionId })).status).toBe(
        status,
      );
    app.clock.advance(60);
    expect((await admin.request('/dashboard')).status).toBe(200);
    expect((await bob.request('/dashboard')).status).toBe(200);
  });
});

describe('an access token that has outlived its session', () => {
  it.each([
    ['account.changePassword', { currentPassword: 'password', newPassword: PASSWORD }],
    ['account.revokeSession', { sessionId: 'any' }],
    ['account.revokeOtherSessions', undefined],
  ])(
    'refuses %s to an access token whose user is disabled or whose session is over',
    async (path, input) => {
      const [disabled, signedOut] = [await signedIn('bob'), await signedIn('admin')];
      const copy = signedOut.copy();
      await signedOut.post('/logout');
      await app.accounts.setDisabled((await app.users.findAccount('bob'))?.id ?? '', true, {
        userId: null,
        userAgent: null,
        ipAddress: null,
      });
      for (const [browser, reason] of [
        [disabled, 'session_revoked'],
        [copy, 'session_revoked'],
      ] as const) {
        const { status, error } = await caller(browser).mutate(path, input);
        expect([status, error?.data.reason]).toEqual([401, reason]);
      }
    },
  );
});

describe('security events of a user', () => {
  it("security events of a user do not show an administrator's address", async () => {
    await signedIn('bob', FIREFOX);
    const admin = await signedIn('admin', SAFARI);
    const { data: page } = await caller(admin).query<{ sessions: { id: string }[] }>(
      'admin.sessions',
      { userId: (await app.users.findAccount('bob'))?.id },
    );
    const [session] = page?.sessions ?? [];
    await caller(admin).mutate('admin.revokeSession', { sessionId: session?.id });
    const { data } = await caller(await signedIn('bob', FIREFOX)).query<{ events: object[] }>(
      'account.securityEvents',
    );
    expect(data?.events).toMatchObject([
      { kind: 'session.issued' },
      {
        kind: 'session.revoked',
        reason: 'administrator',
        ipAddress: null,
        browser: null,
        system: null,
      },
      { kind: 'session.issued', browser: 'Firefox 128' },
    ]);
  });

  it("lists a user's own security events in pages, newest first", async () => {
    const browser = await signedIn('bob', FIREFOX);
    await app.browser().post('/login', { username: 'bob', password: 'wrong' });
    await signedIn('admin');
    await app.trail.flush();
    const first = await caller(browser).query<{
      events: { kind: string; browser: string | null }[];
      next: number | null;
    }>('account.securityEvents', {
      limit: 1,
    });
    expect(first.data?.events).toEqual([
      expect.objectContaining({ kind: 'sign_in.refused', reason: 'wrong_password' }),
    ]);
    const second = await caller(browser).query<typeof first.data>('account.securityEvents', {
      limit: 5,
      before: first.data?.next,
    });
    expect(second.data).toEqual({
      events: [expect.objectContaining({ kind: 'session.issued', browser: 'Firefox 128' })],
      next: null,
    });
  });
});

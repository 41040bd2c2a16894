import { memoryRevocationFeed, memorySessionStore } from '@latchkey/core';
import {
  type Browser,
  createBrowser,
  type SettableClock,
  settableClock,
} from '@latchkey/core/testing';
import { type SwitchableFeed, sessionIdOf, switchableFeed } from '@latchkey/test-support';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/test-app.ts';

const ACCESS = 'X-Access-Token';
const DASHBOARD = '/trpc/dashboard';

let clock: SettableClock;
let feed: SwitchableFeed;
/** Two nodes with one store. */
let here: TestApp;
let there: TestApp;
beforeEach(async () => {
  clock = settableClock();
  feed = switchableFeed(memoryRevocationFeed(clock), clock.now);
  const store = memorySessionStore();
  [here, there] = [
    await startTestApp({ clock, feed, store }),
    await startTestApp({ clock, feed, store }),
  ];
});
afterEach(async () => {
  await here.close();
  await there.close();
});

const browserOf = (browser: Browser, app: TestApp, path = DASHBOARD) =>
  fetch(app.origin + path, {
    headers: {
      cookie: [...browser.cookies()].map(([name, value]) => `${name}=${value}`).join('; '),
    },
  });
/** Copies a browser with the cookies that it has now. */
const copyOf = (browser: Browser) => browser.copy();
const lastReason = (app: TestApp) => {
  const authentication = app.decisions.at(-1)?.authentication;
  return authentication?.kind === 'anonymous' ? authentication.reason : authentication?.kind;
};

describe('a valid access token of a session that has ended', () => {
  it('refuses the access token of an ended session on every node, and changes no cookie', async () => {
    const browser = await here.signedIn();
    const copy = copyOf(browser);
    expect((await browserOf(copy, there)).status).toBe(200);
    await browser.post('/trpc/auth.logout');
    for (const app of [here, there]) {
      const reply = await browserOf(copy, app);
      expect([reply.status, reply.headers.getSetCookie(), lastReason(app)]).toEqual([
        401,
        [],
        'session_revoked',
      ]);
    }
    for (const name of ['X-Refresh-Token', 'X-Username']) copy.dropCookie(name);
    expect([(await browserOf(copy, there)).status, lastReason(there)]).toEqual([
      401,
      'session_revoked',
    ]);
  });

  it('reads no store for a valid access token while the feed is up to date', async () => {
    const [doomed, browser] = [await here.signedIn(), await there.signedIn('bob')];
    await doomed.post('/trpc/auth.logout');
    await browser.request(DASHBOARD);
    await there.layer.flush();
    there.store.calls.length = 0;
    expect((await browser.request(DASHBOARD)).status).toBe(200);
    expect(there.store.calls).toEqual([]);
  });
});

describe('a sign-out that races a refresh', () => {
  it('leaves no usable cookies when a sign-out races a refresh, sixty times', async () => {
    const browsers = await Promise.all(Array.from({ length: 60 }, () => here.signedIn()));
    clock.advance(600);
    const race = async (browser: Browser, round: number) => {
      const straggler = browser.copy();
      const refresh = () => browserOf(straggler, round % 3 === 0 ? here : there);
      const early = round % 2 === 0 ? refresh() : null;
      const signedOut = browser.post('/trpc/auth.logout');
      const reply = await (early ?? refresh());
      await signedOut;
      for (const cookie of reply.headers.getSetCookie())
        straggler.setCookie(...(cookie.split(/[=;]/, 2) as [string, string]));
      return { straggler, status: reply.status };
    };
    const raced = await Promise.all(browsers.map(race));
    expect(new Set(raced.map(({ status }) => status))).toEqual(new Set([200, 401]));
    for (const { straggler } of raced) {
      for (const app of [here, there]) expect((await browserOf(straggler, app)).status).toBe(401);
      straggler.dropCookie(ACCESS);
      expect((await browserOf(straggler, there)).status).toBe(401);
    }
  });
});

describe('a session that goes on past a raised token version', () => {
  const endOthers = (browser: Browser) =>
    here.layer.revokeUserSessions('id-of-alice', 'password_changed', undefined, {
      except: sessionIdOf(browser),
    });

  it('serves 64 parallel requests right after a raised token version with at most one rotation', async () => {
    const browser = await here.signedIn();
    await endOthers(browser);
    const replies = await Promise.all(Array.from({ length: 64 }, () => browserOf(browser, here)));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await here.store.find(sessionIdOf(browser)))?.generation).toBe(1);
    await browser.request(DASHBOARD);
    expect((await browser.request(DASHBOARD)).setCookies).toEqual([]);
  });

  it('refuses an old access token alone after a raised token version', async () => {
    const browser = await here.signedIn();
    const thief = createBrowser({ origin: here.origin, clock });
    thief.setCookie(ACCESS, browser.cookies().get(ACCESS) ?? '');
    await endOthers(browser);
    expect([(await thief.request(DASHBOARD)).status, lastReason(here)]).toEqual([
      401,
      'token_version',
    ]);
    expect((await browser.request(DASHBOARD)).status).toBe(200);
  });
});

describe('a node that has lost the feed', () => {
  it.each([
    [4.999, 200],
    [5, 401],
  ])(
    'answers, %f s after the feed was lost, a token revoked on another node with %i',
    async (seconds, status) => {
      const browser = await here.signedIn();
      feed.lost = true;
      await there.layer.revoke(sessionIdOf(browser), 'administrator');
      clock.advance(seconds);
      const reply = await browserOf(browser, here);
      expect([reply.status, reply.headers.getSetCookie()]).toEqual([status, []]);
    },
  );

  it('asks the store for each request while the feed is lost, and stops when it is back', async () => {
    const browser = await here.signedIn();
    await browser.request(DASHBOARD);
    await here.layer.flush();
    feed.lost = true;
    clock.advance(5);
    for (const calls of [['find'], ['find', 'find']]) {
      if (calls.length === 1) here.store.calls.length = 0;
      const reply = await browser.request(DASHBOARD);
      expect([reply.status, reply.setCookies, here.store.calls]).toEqual([200, [], calls]);
    }
    feed.lost = false;
    here.store.calls.length = 0;
    await browser.request(DASHBOARD);
    expect(here.store.calls).toEqual([]);
    expect(here.events.filter(({ kind }) => kind.startsWith('feed'))).toEqual([
      { kind: 'feed.stale', why: 'silent' },
      { kind: 'feed.up_to_date' },
    ]);
  });

  it('answers 503 without feed and store, serves public procedures, and recovers', async () => {
    const browser = await here.signedIn();
    feed.lost = true;
    clock.advance(5);
    here.store.out = true;
    const reply = await browser.request(DASHBOARD);
    expect([reply.status, reply.headers.get('retry-after'), reply.setCookies]).toEqual([
      503,
      '1',
      [],
    ]);
    for (const path of ['/trpc/auth.refresh', '/trpc/auth.logout'])
      expect((await browser.post(path)).status).toBe(503);
    expect((await browser.request('/trpc/boom')).status).toBe(500);
    here.store.out = false;
    expect((await browser.request(DASHBOARD)).status).toBe(200);
    here.store.out = true;
    feed.lost = false;
    expect((await browser.request(DASHBOARD)).status).toBe(200);
  });

  it('while the feed is lost, refuses a token older than the raised version, or refreshes it', async () => {
    const browser = await here.signedIn();
    const before = browser.cookies().get(ACCESS) ?? '';
    const thief = createBrowser({ origin: here.origin, clock });
    thief.setCookie(ACCESS, before);
    feed.lost = true;
    clock.advance(5);
    here.users.change('alice', { tokenVersion: 1 });
    await there.layer.revokeUserSessions('id-of-alice', 'password_changed', undefined, {
      except: sessionIdOf(browser),
      tokenVersion: 1,
    });
    expect([(await thief.request(DASHBOARD)).status, lastReason(here)]).toEqual([
      401,
      'token_version',
    ]);
    expect((await browser.request(DASHBOARD)).status).toBe(200);
    expect(browser.cookies().get(ACCESS)).not.toBe(before);
  });

  it('learns missed revocations once the feed is back', async () => {
    const browser = await here.signedIn();
    feed.lost = true;
    await there.layer.revoke(sessionIdOf(browser), 'administrator');
    expect((await browserOf(browser, here)).status).toBe(200);
    feed.lost = false;
    expect((await browserOf(browser, here)).status).toBe(401);
  });
});

describe('a sign-in whose password was checked while its user was disabled', () => {
  it('gives a user who is disabled during the password check only cookies that are refused', async () => {
    const asked = here.users.byName('alice');
    if (!asked) throw new Error('anonymous');
    here.users.change('alice', { disabled: true, tokenVersion: 1 });
    await there.layer.revokeUserSessions(asked.id, 'user_disabled', undefined, { tokenVersion: 1 });
    const grant = await here.layer.issue(asked, { userAgent: null, ipAddress: null });
    const browser = createBrowser({ origin: here.origin, clock });
    const cookies = {
      [ACCESS]: grant.accessToken,
      'X-Refresh-Token': grant.refreshToken ?? '',
      'X-Username': 'alice',
    };
    for (const [name, value] of Object.entries(cookies)) browser.setCookie(name, value);
    expect([(await browser.request(DASHBOARD)).status, lastReason(here)]).toEqual([
      401,
      'user_gone',
    ]);
    here.users.change('alice', { disabled: false, tokenVersion: 2 });
    expect([(await browser.request(DASHBOARD)).status, lastReason(here)]).toEqual([
      401,
      'token_version',
    ]);
  });
});

import { memorySessionStore } from '@latchkey/core';
import type { Browser, Reply } from '@latchkey/core/testing';
import { sessionIdOf } from '@latchkey/test-support';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DASHBOARD, REFRESH, type RotationApp, startRotationApp } from '../testing/rotation-app.ts';

const ACCESS = 'X-Access-Token';
const MARK = 'X-Session-Only';
const THREE = [ACCESS, REFRESH, 'X-Username'];

let app: RotationApp;
beforeEach(async () => {
  app = await startRotationApp();
});
afterEach(() => app.close());

const signIn = (browser: Browser, remember?: boolean) =>
  browser.post('/login', { username: 'alice', password: 'password', remember });
const nameOf = (cookie: string) => cookie.split('=')[0];
/** Returns the cookies of a reply that would outlive the browser. */
const lasting = ({ setCookies }: Reply) =>
  setCookies.filter((cookie) => /Max-Age|Expires/i.test(cookie)).map(nameOf);

async function forgetful(): Promise<Browser> {
  const browser = app.browser();
  await signIn(browser, false);
  return browser;
}

/**
 * Sends a request. Returns what was done to the session, how many cookies that set, and which of
 * them would outlive the browser.
 */
async function refreshed(browser: Browser, path = DASHBOARD) {
  browser.dropCookie(ACCESS);
  const reply = path === DASHBOARD ? await browser.request(path) : await browser.post(path);
  const outcome = app.decisions.at(-1)?.session.refreshed;
  return [
    outcome?.kind === 'refreshed' ? outcome.decision : outcome,
    reply.setCookies.length,
    lasting(reply),
  ];
}

describe('a sign-in with remember: false', () => {
  it('sets, at a sign-in without remember, cookies that end with the browser and record the choice', async () => {
    const reply = await signIn(app.browser(), false);
    expect(reply.setCookies.map(nameOf)).toEqual([...THREE, MARK]);
    expect(lasting(reply)).toEqual([]);
  });

  it('keeps session-only cookies through rotate, reissue and converge', async () => {
    const browser = await forgetful();
    const behind = browser.copy();
    app.clock.advance(600);
    expect(await refreshed(browser)).toEqual(['rotate', 3, []]);
    expect(await refreshed(browser)).toEqual(['reissue', 1, []]);
    expect(await refreshed(behind)).toEqual(['converge', 3, []]);
    app.clock.advance(600);
    expect(await refreshed(browser, '/refresh')).toEqual(['rotate', 3, []]);
  });

  it('keeps session-only cookies when the session is recovered', async () => {
    const browser = await forgetful();
    const backup = await app.store.find(sessionIdOf(browser));
    Object.assign(app.store, memorySessionStore());
    if (backup) await app.store.create({ ...backup, secretHash: 'lost' });
    app.clock.advance(600);
    expect(await refreshed(browser)).toEqual(['recover', 3, []]);
  });

  it('leaves no session-only cookie when the browser is closed', async () => {
    const browser = await forgetful();
    app.clock.advance(600);
    await browser.request(DASHBOARD);
    expect(browser.received.filter((cookie) => /Max-Age|Expires/i.test(cookie))).toEqual([]);
    expect([...browser.cookies().keys()].sort()).toEqual([...THREE, MARK].sort());
  });

  it('expires the cookie that records the choice at sign-out', async () => {
    const browser = await forgetful();
    const reply = await browser.post('/logout');
    expect(reply.setCookies.map(nameOf)).toEqual([...THREE, MARK]);
    expect(browser.cookies().size).toBe(0);
  });

  it('makes cookies outlive the browser again at a later sign-in with remember: true', async () => {
    const browser = await forgetful();
    const reply = await signIn(browser, true);
    expect([reply.setCookies.map(nameOf), lasting(reply)]).toEqual([
      [...THREE, MARK],
      [...THREE, MARK],
    ]);
    expect([...browser.cookies().keys()]).not.toContain(MARK);
    app.clock.advance(600);
    expect(await refreshed(browser)).toEqual(['rotate', 3, THREE]);
  });

  it('describes session-only cookies without a Max-Age', async () => {
    const ages = async (browser: Browser) =>
      JSON.parse((await browser.request('/session')).body).cookies.map(
        ({ maxAgeSeconds }: { maxAgeSeconds: number }) => maxAgeSeconds,
      );
    expect(await ages(await forgetful())).toEqual([null, null, null]);
    expect(await ages(await app.signedIn())).toEqual([600, 3600, 3600]);
  });
});

it('makes cookies outlive the browser by default, without a further cookie', async () => {
  const browser = app.browser();
  const reply = await signIn(browser);
  expect([reply.setCookies.map(nameOf), lasting(reply)]).toEqual([THREE, THREE]);
  app.clock.advance(600);
  expect(await refreshed(browser)).toEqual(['rotate', 3, THREE]);
  expect((await browser.post('/logout')).setCookies.map(nameOf)).toEqual(THREE);
});

it('records the choice at sign-in under the prefix of the other cookies', async () => {
  const strict = await startRotationApp({ cookies: { hostPrefix: true } });
  const browser = strict.browser();
  const reply = await signIn(browser, false);
  expect(reply.setCookies.map(nameOf)).toEqual([...THREE, MARK].map((name) => `__Host-${name}`));
  const remembered = strict.browser();
  await signIn(remembered);
  remembered.setCookie(MARK, '1');
  strict.clock.advance(600);
  expect(lasting(await remembered.request(DASHBOARD))).toHaveLength(3);
  await strict.close();
});

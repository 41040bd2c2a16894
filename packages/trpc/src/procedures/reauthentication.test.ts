import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/test-app.ts';

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp({
    options: {
      accessTokenSeconds: 4_000,
      graceSeconds: 10,
      idleSeconds: 50_000,
      maxSeconds: 90_000,
    },
  });
});
afterEach(() => app.close());

type Answer = {
  result?: { data: unknown };
  error?: { message: string; data: { reason: string; maxAuthenticationAgeSeconds?: number } };
};
const told = (body: string) => JSON.parse(body) as Answer;
const sensitive = (browser: Browser, input: unknown = { n: 7 }) =>
  browser.post('/trpc/sensitive', input);
const reauthenticate = (browser: Browser, password: string) =>
  browser.post('/trpc/auth.reauthenticate', { password });
const reasonOf = ({ status, body }: { status: number; body: string }) => [
  status,
  told(body).error?.data.reason,
];

describe('what needs a fresh password', () => {
  it.each([
    [599.999, 200, undefined],
    [600, 403, 'reauthentication_required'],
    [600.001, 403, 'reauthentication_required'],
  ])(
    'answers a procedure that needs recent authentication, %d s after the sign-in, with %d',
    async (seconds, status, reason) => {
      const browser = await app.signedIn();
      app.clock.advance(seconds);
      expect(reasonOf(await sensitive(browser))).toEqual([status, reason]);
    },
  );

  it('names the maximum age of the authentication and the fix before it parses the input', async () => {
    const browser = await app.signedIn();
    app.clock.advance(600);
    const { error } = told((await sensitive(browser, 'no object')).body);
    expect(error).toMatchObject({
      message: expect.stringContaining('Call reauthenticate with the password'),
      data: { reason: 'reauthentication_required', maxAuthenticationAgeSeconds: 600 },
    });
  });

  it('admits the caller after reauthentication, in the same session without new cookies', async () => {
    const browser = await app.signedIn();
    app.clock.advance(600);
    const before = new Map(browser.cookies());
    const reply = await reauthenticate(browser, 'password');
    expect([reply.status, reply.headers.getSetCookie()]).toEqual([200, []]);
    expect(browser.cookies()).toEqual(before);
    expect(told((await sensitive(browser)).body).result?.data).toBe(7);
    app.clock.advance(600);
    expect((await sensitive(browser)).status).toBe(403);
  });

  it('admits the reauthenticated session only, also after rotations', async () => {
    const [here, elsewhere] = [await app.signedIn(), await app.signedIn()];
    app.clock.advance(600);
    await reauthenticate(here, 'password');
    here.dropCookie('X-Access-Token');
    expect((await sensitive(here)).status).toBe(200);
    expect((await sensitive(elsewhere)).status).toBe(403);
  });

  it('names a missing sign-in or role before the age of the authentication', async () => {
    expect(reasonOf(await sensitive(app.browser()))).toEqual([401, 'no_credentials']);
    const bob = await app.signedIn('bob');
    app.clock.advance(600);
    expect(reasonOf(await bob.request('/trpc/sensitiveAdmin'))).toEqual([403, 'role_required']);
  });
});

describe('giving the password again', () => {
  it('refuses to reauthenticate with a wrong password, and changes nothing', async () => {
    const browser = await app.signedIn();
    app.clock.advance(600);
    expect(reasonOf(await reauthenticate(browser, 'guess'))).toEqual([403, 'invalid_credentials']);
    expect((await sensitive(browser)).status).toBe(403);
  });

  it('refuses to reauthenticate a session that the store does not confirm', async () => {
    expect(reasonOf(await reauthenticate(app.browser(), 'password'))).toEqual([
      401,
      'no_credentials',
    ]);
    const browser = await app.signedIn();
    const copy = browser.copy();
    await browser.post('/trpc/auth.logout');
    expect(reasonOf(await reauthenticate(copy, 'password'))).toEqual([401, 'session_revoked']);
  });

  it('refuses to reauthenticate with the password of another user who has taken over the name', async () => {
    const browser = await app.signedIn('bob');
    app.users.change('bob', { id: 'another' });
    expect(reasonOf(await reauthenticate(browser, 'password'))).toEqual([401, 'user_gone']);
  });
});

describe('what asks the store', () => {
  /**
   * The calls of the store, without acknowledgements: they are written in the background at any
   * time.
   */
  const lookUps = () => app.store.calls.filter((verb) => verb !== 'acknowledge');

  it.each(['revalidated', 'adminNow', 'sensitiveAdmin'])(
    '%s costs one look-up in the store, and answers 503 while the store is out',
    async (path) => {
      const browser = await app.signedIn();
      app.store.calls.length = 0;
      expect((await browser.request(`/trpc/${path}`)).status).toBe(200);
      expect(lookUps()).toEqual(['find']);
      app.store.out = true;
      const reply = await browser.request(`/trpc/${path}`);
      expect([...reasonOf(reply), reply.headers.get('retry-after')]).toEqual([
        503,
        'store_unavailable',
        '1',
      ]);
    },
  );

  it('a revalidated procedure drops a lost role at once, and grants a new one with the next token', async () => {
    const [alice, bob] = [await app.signedIn('alice'), await app.signedIn('bob')];
    app.users.change('alice', { role: 'User' });
    app.users.change('bob', { role: 'Admin' });
    for (const path of ['adminNow', 'sensitiveAdmin']) {
      expect(reasonOf(await alice.request(`/trpc/${path}`))).toEqual([403, 'role_required']);
      expect(reasonOf(await bob.request(`/trpc/${path}`))).toEqual([403, 'role_required']);
    }
    bob.dropCookie('X-Access-Token');
    for (const path of ['adminNow', 'sensitiveAdmin'])
      expect((await bob.request(`/trpc/${path}`)).status).toBe(200);
    expect(told((await bob.request('/trpc/revalidated')).body).result?.data).toBe('Admin');
  });

  it('reads no store for procedures that need no revalidation', async () => {
    const browser = await app.signedIn();
    app.store.calls.length = 0;
    for (const path of ['dashboard', 'adminOnly', 'auth.session'])
      expect((await browser.request(`/trpc/${path}`)).status).toBe(200);
    expect(lookUps()).toEqual([]);
  });
});

import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';
import { PASSWORD_CHANGES } from '../limits/limits.ts';

const _FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';
const _SAFARI =
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

const kinds = async () => {
  await app.trail.flush();
  const events = await app.auditLog.list({ limit: 100 });
  return events.map(({ kind, reason }) => (reason ? `${kind} ${reason}` : kind)).toReversed();
};

describe('sign-up', () => {
  it('a sign-up creates an account with the role User and signs it in', async () => {
    const browser = app.browser();
    const { status, data } = await caller(browser).mutate('account.signUp', {
      username: 'Carol',
      password: PASSWORD,
      role: 'Admin',
    });
    expect([status, data]).toEqual([200, { message: 'Welcome, carol' }]);
    expect((await browser.request('/dashboard')).status).toBe(200);
    expect((await browser.request('/admin-only')).status).toBe(403);
    expect(await kinds()).toEqual(['user.created', 'session.issued']);
  });

  it.each([
    [
      'a short password',
      { username: 'carol', password: 'short' },
      400,
      /^password: must be at least 15 characters/,
    ],
    [
      'a common password',
      { username: 'carol', password: 'passwordpassword' },
      400,
      /^password: is easy to guess/,
    ],
    ['an odd name', { username: 'a b', password: PASSWORD }, 400, /^username: must be 2 to 64/],
    ['a taken name', { username: 'BOB', password: PASSWORD }, 409, /^username: bob is taken/],
  ])(
    'refuses a sign-up with %s, names the field, and creates no account',
    async (_title, input, status, message) => {
      const browser = app.browser();
      const reply = await caller(browser).mutate('account.signUp', input);
      expect([reply.status, reply.error?.message]).toEqual([
        status,
        expect.stringMatching(message),
      ]);
      expect(browser.cookies().size).toBe(0);
      expect(await kinds()).toEqual([]);
    },
  );

  it('accepts a repeated sign-up after a lost response, only with the same password', async () => {
    const browser = app.browser();
    const input = { username: 'carol', password: PASSWORD };
    await browser
      .send('/trpc/account.signUp', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input),
      })
      .arrive();
    expect(
      (await caller(browser).mutate('account.signUp', { ...input, password: `${PASSWORD}!` }))
        .status,
    ).toBe(409);
    expect((await caller(browser).mutate('account.signUp', input)).status).toBe(200);
    expect((await browser.request('/dashboard')).status).toBe(200);
  });

  it('a sign-up with a taken name does not count as a wrong password of its owner (F23)', async () => {
    for (let n = 0; n < 15; n++) {
      const { status } = await caller(app.browser()).mutate('account.signUp', {
        username: 'bob',
        password: `${PASSWORD} ${n}`,
      });
      expect(status).toBe(409);
    }
    expect(await kinds()).toEqual([]);
    await signedIn('bob');
  });

  it('a sign-up with the name of a new account writes nothing to its events (F23)', async () => {
    const signUp = (password: string) =>
      caller(app.browser()).mutate('account.signUp', { username: 'carol', password });
    await signUp(PASSWORD);
    for (let n = 0; n < 15; n++) expect((await signUp(`${PASSWORD} ${n}`)).status).toBe(409);
    expect(await kinds()).toEqual(['user.created', 'session.issued']);
    await signedIn('carol', undefined, PASSWORD);
  });

  it('a repeated sign-up cannot be used to guess passwords', async () => {
    const signUp = (password: string) =>
      caller(app.browser()).mutate('account.signUp', { username: 'carol', password });
    expect((await signUp(PASSWORD)).status).toBe(200);
    for (let n = 0; n < 5; n++) expect((await signUp(`${PASSWORD} ${n}`)).status).toBe(409);
    const late = await signUp(PASSWORD);
    expect([late.status, late.error?.message]).toEqual([
      409,
      expect.stringContaining('carol is taken'),
    ]);
    app.clock.advance(600);
    expect((await signUp(PASSWORD)).status).toBe(409);
  });

  it('the setting SIGN_UP=closed switches sign-up off', async () => {
    const closed = await startApp({ signUpOpen: false });
    const browser = closed.browser();
    expect((await caller(browser).query('account.signUpOpen')).data).toBe(false);
    const { status, error } = await caller(browser).mutate('account.signUp', {
      username: 'carol',
      password: PASSWORD,
    });
    expect([status, error?.data.reason]).toEqual([403, 'sign_up_closed']);
    expect(await closed.users.findAccount('carol')).toBeNull();
    await closed.close();
  });
});

describe('a password change', () => {
  it('limits a user to ten password changes in a window', async () => {
    const browser = await signedIn();
    const to = (newPassword: string) =>
      caller(browser).mutate('account.changePassword', { newPassword });
    for (let n = 0; n < PASSWORD_CHANGES; n++)
      expect((await to(`${PASSWORD} ${n}`)).status).toBe(200);
    expect((await to(PASSWORD)).error?.data).toMatchObject({
      reason: 'rate_limited',
      retryAfterSeconds: 900,
    });
    await signedIn('bob', undefined, `${PASSWORD} ${PASSWORD_CHANGES - 1}`);
    app.clock.advance(900);
    await caller(browser).mutate('auth.reauthenticate', {
      password: `${PASSWORD} ${PASSWORD_CHANGES - 1}`,
    });
    expect((await to(PASSWORD)).status).toBe(200);
  });

  const change = (browser: Browser) =>
    caller(browser).mutate('account.changePassword', {
      currentPassword: 'password',
      newPassword: PASSWORD,
    });

  it('a password change ends all other sessions and refreshes the current one', async () => {
    const [here, elsewhere] = [await signedIn(), await signedIn()];
    const before = new Map(here.cookies());
    expect((await change(here)).status).toBe(200);
    for (const name of ['X-Access-Token', 'X-Refresh-Token'])
      expect(here.cookies().get(name)).not.toBe(before.get(name));
    for (let lifetime = 0; lifetime < 3; lifetime++) {
      app.clock.advance(60);
      expect((await here.request('/dashboard')).status).toBe(200);
    }
    expect((await elsewhere.request('/dashboard')).status).toBe(401);
    expect(
      (await app.browser().post('/login', { username: 'bob', password: 'password' })).status,
    ).toBe(401);
    await signedIn('bob', undefined, PASSWORD);
    expect((await kinds()).slice(2, 4)).toEqual([
      'password.changed',
      'session.revoked password_changed',
    ]);
  });

  it('a password change keeps the session when its response is lost or other requests are in flight', async () => {
    const here = await signedIn();
    app.clock.advance(60);
    const [late, underWay] = [here.send('/dashboard'), here.send('/dashboard')];
    await late.arrive();
    await here
      .send('/trpc/account.changePassword', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ currentPassword: 'password', newPassword: PASSWORD }),
      })
      .arrive();
    expect((await underWay.deliver()).status).toBe(200);
    await late.deliver();
    for (let lifetime = 0; lifetime < 3; lifetime++) {
      app.clock.advance(60);
      expect((await here.request('/dashboard')).status).toBe(200);
    }
  });

  it("a thief's copied cookies end the session at their next use after a password change", async () => {
    const here = await signedIn();
    const stolen = here.copy();
    await change(here);
    await here.request('/dashboard');
    await app.layer.flush();
    app.clock.advance(60);
    expect((await stolen.request('/dashboard')).status).toBe(401);
    expect(await kinds()).toContain('session.reuse');
  });

  it('refuses a password change in a streamed batch, whose cookies would be lost', async () => {
    const here = await signedIn();
    const reply = await here.request('/trpc/account.changePassword?batch=1', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'trpc-accept': 'application/jsonl' },
      body: JSON.stringify({ 0: { currentPassword: 'password', newPassword: PASSWORD } }),
    });
    expect(reply.body).toContain('sets cookies, which a streamed batch');
    await signedIn();
  });

  it('refuses and records a wrong current password, and changes nothing', async () => {
    const browser = await signedIn();
    const reply = await caller(browser).mutate('account.changePassword', {
      currentPassword: 'guess',
      newPassword: PASSWORD,
    });
    expect([reply.status, reply.error?.message]).toEqual([
      403,
      'currentPassword: is not your password.',
    ]);
    app.clock.advance(60);
    expect((await browser.request('/dashboard')).status).toBe(200);
    expect(await kinds()).toEqual(['session.issued', 'password.refused']);
  });

  it.each([
    ['without a session', false, 401],
    ['to a common password', true, 400],
  ])('refuses a password change %s', async (_title, isSignedIn, status) => {
    const browser = isSignedIn ? await signedIn() : app.browser();
    const reply = await caller(browser).mutate('account.changePassword', {
      currentPassword: 'password',
      newPassword: 'passwordpassword',
    });
    expect(reply.status).toBe(status);
    await signedIn();
  });
});

import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';

const PASSWORD = 'lantern otter seventeen brick';
const HERE = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';

let app: TestServer;
beforeEach(async () => {
  app = await startApp({ session: { accessTokenSeconds: 60 } });
});
afterEach(() => app.close());

async function signedIn(username = 'bob', userAgent?: string): Promise<Browser> {
  const browser = app.browser(userAgent);
  expect((await browser.post('/login', { username, password: 'password' })).status).toBe(200);
  return browser;
}

async function kinds(): Promise<string[]> {
  await app.trail.flush();
  return (await app.auditLog.list({ limit: 100 }))
    .map(({ kind, reason }) => (reason ? `${kind} ${reason}` : kind))
    .toReversed();
}

const change = (browser: Browser, input: object = {}) =>
  caller(browser).mutate('account.changePassword', { newPassword: PASSWORD, ...input });
const reauthenticate = (browser: Browser, password: string) =>
  caller(browser).mutate('auth.reauthenticate', { password });

describe('a password check that is ten minutes old', () => {
  it('refuses a password change until a recently given password is given again', async () => {
    const browser = await signedIn('bob', HERE);
    app.clock.advance(600);
    const refused = await change(browser, { currentPassword: 'password' });
    expect([refused.status, refused.error?.data]).toEqual([
      403,
      expect.objectContaining({
        reason: 'reauthentication_required',
        maxAuthenticationAgeSeconds: 600,
      }),
    ]);
    expect((await reauthenticate(browser, 'password')).status).toBe(200);
    expect((await change(browser)).status).toBe(200);
    expect(await kinds()).toEqual([
      'session.issued',
      'session.reauthenticated',
      'password.changed',
    ]);
    const [event] = await app.auditLog.list({ limit: 1, kind: 'session.reauthenticated' });
    expect(event).toMatchObject({
      actorId: event?.userId,
      sessionId: expect.any(String),
      userAgent: HERE,
      ipAddress: expect.any(String),
    });
  });

  it('refuses and records each wrong password at reauthentication', async () => {
    const browser = await signedIn();
    app.clock.advance(600);
    for (const guess of ['guess', 'Password']) {
      const { status, error } = await reauthenticate(browser, guess);
      expect([status, error?.data.reason, error?.message]).toEqual([
        403,
        'invalid_credentials',
        'password: is not your password.',
      ]);
    }
    expect((await change(browser)).error?.data.reason).toBe('reauthentication_required');
    expect(await kinds()).toEqual(['session.issued', 'password.refused', 'password.refused']);
  });

  it('reauthentication keeps the session and its cookies', async () => {
    const browser = await signedIn();
    const before = new Map(browser.cookies());
    expect((await reauthenticate(browser, 'password')).status).toBe(200);
    expect(browser.cookies()).toEqual(before);
    expect(
      (await app.layer.sessionsOf((await app.users.findAccount('bob'))?.id ?? '')).sessions,
    ).toHaveLength(1);
  });

  it.each([
    'admin.createUser',
    'admin.setRole',
    'admin.disableUser',
    'admin.enableUser',
    'admin.removeUser',
    'admin.signOutUser',
    'account.deleteAccount',
  ])(
    '%s requires reauthentication, while reading and ending single sessions does not',
    async (path) => {
      const admin = await signedIn('admin');
      app.clock.advance(600);
      expect((await caller(admin).mutate(path, {})).error?.data.reason).toBe(
        'reauthentication_required',
      );
      expect((await caller(admin).query('admin.users')).status).toBe(200);
      expect(
        (await caller(admin).mutate('admin.revokeSession', { sessionId: 'none' })).status,
      ).toBe(404);
      expect(await app.users.list({ limit: 10 })).toHaveLength(2);
    },
  );
});

describe('deleting an account', () => {
  const remove = (browser: Browser) => caller(browser).mutate('account.deleteAccount');

  it('a deleted account has no session and no cookies, and cannot sign in', async () => {
    const [here, elsewhere] = [await signedIn(), await signedIn()];
    const copy = here.copy();
    expect((await remove(here)).data).toEqual({ message: 'Your account is deleted.' });
    expect([...here.cookies().keys()]).toEqual(['X-Device']);
    expect(await app.users.findAccount('bob')).toBeNull();
    expect(
      (await app.browser().post('/login', { username: 'bob', password: 'password' })).status,
    ).toBe(401);
    for (const browser of [elsewhere, copy]) {
      expect((await caller(browser).mutate('account.revokeOtherSessions')).status).toBe(401);
      app.clock.advance(60);
      expect((await browser.request('/dashboard')).status).toBe(401);
    }
    const told = await kinds();
    expect(told.slice(2, 5)).toEqual([
      'user.removed',
      'session.revoked user_removed',
      'session.revoked user_removed',
    ]);
    expect(told[5]).toBe('sign_in.refused unknown_user');
  });

  it('a new user with the name of a deleted one inherits nothing', async () => {
    const [here, elsewhere] = [await signedIn(), await signedIn()];
    await remove(here);
    expect(
      (
        await caller(app.browser()).mutate('account.signUp', {
          username: 'bob',
          password: PASSWORD,
        })
      ).status,
    ).toBe(200);
    elsewhere.dropCookie('X-Access-Token');
    expect((await elsewhere.request('/dashboard')).status).toBe(401);
  });

  it('refuses to delete the account of the last administrator, who stays signed in', async () => {
    const admin = await signedIn('admin');
    const { status, error } = await remove(admin);
    expect([status, error?.message]).toEqual([
      409,
      'admin is the last administrator: give another user the role Admin first.',
    ]);
    app.clock.advance(60);
    expect((await admin.request('/dashboard')).status).toBe(200);
    expect(await kinds()).toEqual(['session.issued']);
    await app.accounts.create(
      { username: 'carol', password: PASSWORD, role: 'Admin' },
      { userId: null, userAgent: null, ipAddress: null },
    );
    expect((await remove(admin)).status).toBe(200);
  });

  it('refuses to delete an account in a streamed batch, which cannot clear cookies', async () => {
    const here = await signedIn();
    const headers = { 'content-type': 'application/json', 'trpc-accept': 'application/jsonl' };
    const reply = await here.request('/trpc/account.deleteAccount?batch=1', {
      method: 'POST',
      headers,
      body: '{}',
    });
    expect(reply.body).toContain('sets cookies, which a streamed batch');
    expect(await app.users.findAccount('bob')).not.toBeNull();
  });
});

describe('an administrator who removes a user', () => {
  it('removing a user ends their sessions and records the administrator as the actor', async () => {
    const [admin, bob] = [await signedIn('admin'), await signedIn('bob')];
    const userId = (await app.users.findAccount('bob'))?.id;
    expect((await caller(admin).mutate('admin.removeUser', { userId })).status).toBe(200);
    app.clock.advance(60);
    expect((await bob.request('/dashboard')).status).toBe(401);
    const [event] = await app.auditLog.list({ limit: 1, kind: 'user.removed' });
    expect(event).toMatchObject({ userId, actorId: (await app.users.findAccount('admin'))?.id });
    expect((await caller(admin).mutate('admin.removeUser', { userId })).status).toBe(404);
  });

  it('refuses to remove the account of the last administrator', async () => {
    const admin = await signedIn('admin');
    expect(
      (
        await caller(admin).mutate('admin.removeUser', {
          userId: (await app.users.findAccount('admin'))?.id,
        })
      ).status,
    ).toBe(409);
    expect((await admin.request('/admin-only')).status).toBe(200);
  });
});

import { SYSTEM } from '@latchkey/core';
import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../api/context.ts';
import { createRouter } from '../../api/router.ts';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { caller } from '../../testing/trpc-caller.ts';
import { ONE_TIME_PASSWORD_SECONDS } from '../accounts/password/one-time-password.ts';
import { PASSWORD_CHANGES } from '../limits/limits.ts';

const PASSWORD = 'lantern otter seventeen brick';
const ACCESS_SECONDS = 60;

let app: TestServer;
let admin: Browser;
let bobId: string;
beforeEach(async () => {
  app = await startApp({
    session: { accessTokenSeconds: ACCESS_SECONDS },
    variables: { SIGN_IN_ATTEMPTS: '5' },
  });
  admin = await signedIn('admin');
  bobId = (await app.users.findAccount('bob'))?.id ?? '';
});
afterEach(() => app.close());

async function signedIn(username = 'bob', password = 'password'): Promise<Browser> {
  const browser = app.browser();
  expect((await signIn(browser, password, username)).status).toBe(200);
  return browser;
}
const signIn = (browser: Browser, password: string, username = 'bob') =>
  browser.post('/login', { username, password });
const reasonIn = ({ body }: { body: string }) => (JSON.parse(body) as { reason: string }).reason;

async function rescue(input: object = {}): Promise<string> {
  const { status, data } = await caller(admin).mutate<{ oneTimePassword: string }>(
    'admin.rescueUser',
    { userId: bobId, ...input },
  );
  expect(status).toBe(200);
  return data?.oneTimePassword ?? '';
}
const choose = (browser: Browser, newPassword = PASSWORD) =>
  caller(browser).mutate('account.changePassword', { newPassword });

describe('the rescue of a hijacked account (F3)', () => {
  it('the thief is out at once, and the owner is back with a password of their own (F3)', async () => {
    const [thief, owner] = [await signedIn(), app.browser()];
    const held = thief.copy();
    const oneTime = await rescue();
    expect(oneTime).toMatch(/^(\w{5}-){3}\w{5}$/);

    expect((await thief.request('/dashboard')).status).toBe(401);
    app.clock.advance(ACCESS_SECONDS);
    expect((await held.request('/dashboard')).status).toBe(401);
    expect((await signIn(thief, 'password')).status).toBe(401);

    expect((await signIn(owner, oneTime)).status).toBe(200);
    expect((await choose(owner)).status).toBe(200);
    expect((await owner.request('/dashboard')).status).toBe(200);
    expect((await signIn(app.browser(), PASSWORD)).status).toBe(200);
    for (const password of ['password', oneTime])
      expect((await signIn(app.browser(), password)).status).toBe(401);
  });

  it('a session with a one-time password can do nothing before the change, and a refresh keeps that (F3)', async () => {
    const oneTime = await rescue();
    const owner = await signedIn('bob', oneTime);
    for (let lifetime = 0; lifetime < 3; lifetime++) {
      const refused = await caller(owner).query('account.sessions');
      expect([refused.status, refused.error?.data.reason]).toEqual([
        403,
        'password_change_required',
      ]);
      expect((await owner.request('/dashboard')).status).toBe(403);
      const session = await caller(owner).query<{ principal: { claims: object } }>('auth.session');
      expect(session.data?.principal.claims).toEqual({ mustChangePassword: true });
      app.clock.advance(ACCESS_SECONDS);
    }
    expect((await owner.post('/refresh')).status).toBe(200);
    expect((await caller(owner).subscribe('account.watchSecurityEvents')).status).toBe(403);
    await choose(owner);
    const { data } = await caller(owner).query<{ principal: object }>('auth.session');
    expect(data?.principal).toMatchObject({ username: 'bob', claims: {} });
    expect((await caller(owner).query('account.sessions')).status).toBe(200);
  });

  it('a sign-out in the same batch does not open what a one-time password refuses (F3)', async () => {
    const user = await app.users.findById(bobId);
    const claims = { mustChangePassword: true };
    let principal: object | null = { ...user, userId: bobId, sessionId: 'one', claims };
    const session = {
      client: { userAgent: null, ipAddress: null },
      canSetCookies: true,
      header: () => undefined,
      outage: null,
      get principal() {
        return principal;
      },
      /** Another call of the batch signs out as soon as the store has confirmed this one. */
      async confirm() {
        principal = null;
        return { kind: 'confirmed', user: { ...user, claims }, authenticatedSecondsAgo: 0 };
      },
    };
    const api = createRouter({ ...app, signUpOpen: true, reauthenticationSeconds: 600 });
    const overtaken = api.createCaller({ session } as unknown as Context);
    await expect(overtaken.account.revokeOtherSessions()).rejects.toThrow('one-time password');
  });

  it('a one-time password works for one of many sign-ins at the same moment (F3)', async () => {
    const oneTime = await rescue();
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => signIn(app.browser(), oneTime)),
    );
    const refused = replies.filter(({ status }) => status !== 200);
    expect(refused.map((reply) => [reply.status, reasonIn(reply)])).toEqual(
      Array.from({ length: 4 }, () => [401, 'one_time_password_spent']),
    );
    expect((await app.layer.sessionsOf(bobId)).sessions).toHaveLength(1);
  });

  it.each([
    [-0.001, 200],
    [0, 401],
  ])('a one-time password %d s past its last instant is answered %d', async (seconds, status) => {
    const oneTime = await rescue();
    app.clock.advance(ONE_TIME_PASSWORD_SECONDS + seconds);
    expect((await signIn(app.browser(), oneTime)).status).toBe(status);
  });

  it('a one-time password may be typed in lower case and without hyphens', async () => {
    const oneTime = await rescue();
    const typed = ` ${oneTime.toLowerCase().replaceAll('-', '')}`;
    expect((await signIn(app.browser(), typed)).status).toBe(200);
  });

  it('a second rescue replaces the one-time password of the first', async () => {
    const [first, second] = [await rescue(), await rescue()];
    expect(second).not.toBe(first);
    expect((await signIn(app.browser(), first)).status).toBe(401);
    expect((await signIn(app.browser(), second)).status).toBe(200);
  });

  it('refuses the hijacked and the one-time password as the new one, after a second rescue too', async () => {
    await app.users.change(bobId, { passwordHash: await app.hasher.hash(PASSWORD) });
    await rescue();
    const oneTime = await rescue();
    const owner = await signedIn('bob', oneTime);
    for (const known of [PASSWORD, oneTime, oneTime.toLowerCase()]) {
      const { status, error } = await choose(owner, known);
      expect([status, error?.message]).toEqual([
        400,
        'newPassword: may be known to others. Choose another one.',
      ]);
    }
    expect((await choose(owner, `${PASSWORD} anew`)).status).toBe(200);
    expect((await choose(owner, PASSWORD)).status).toBe(200);
  });

  it('the owner who takes longer confirms the one-time password, until it expires', async () => {
    const oneTime = await rescue();
    const owner = await signedIn('bob', oneTime);
    app.clock.advance(600);
    expect((await choose(owner)).error?.data.reason).toBe('reauthentication_required');
    const confirm = () => caller(owner).mutate('auth.reauthenticate', { password: oneTime });
    expect((await confirm()).status).toBe(200);
    app.clock.advance(ONE_TIME_PASSWORD_SECONDS);
    expect((await confirm()).status).toBe(403);
  });

  it('a password change of the thief that was under way does not undo the rescue (F3)', async () => {
    const thief = await signedIn();
    const { sessions } = await app.layer.sessionsOf(bobId);
    const oneTime = await rescue();
    const of = { userId: bobId, sessionId: sessions[0]?.id ?? '' };
    await expect(app.accounts.changePassword(of, `${PASSWORD} of mine`, SYSTEM)).rejects.toThrow(
      'not signed in',
    );
    expect((await signIn(thief, `${PASSWORD} of mine`)).status).toBe(401);
    expect((await signIn(app.browser(), oneTime)).status).toBe(200);
  });

  it('a sign-in of the thief that was under way gets a session that opens nothing (F3)', async () => {
    const checked = await app.accounts.checkPassword('bob', 'password', SYSTEM);
    await rescue();
    if (!checked) throw new Error('the password of bob is wrong');
    const { accessToken, refreshToken, username } = await app.layer.issue(checked, SYSTEM);
    const thief = app.browser();
    thief.setCookie('X-Access-Token', accessToken);
    expect((await thief.request('/dashboard')).status).toBe(401);
    thief.setCookie('X-Refresh-Token', refreshToken ?? '');
    thief.setCookie('X-Username', username);
    expect((await thief.post('/refresh')).status).toBe(403);
  });

  it("a thief's known device shares the limits of unknown ones after a rescue (F3)", async () => {
    const thief = await signedIn();
    const stranger = app.browser();
    app.clock.advance(1);
    for (let guess = 0; guess < 5; guess++) await signIn(stranger, `guess ${guess}`);
    expect((await signIn(thief, 'one more')).status).toBe(401);
    const oneTime = await rescue();
    for (let guess = 0; guess < 5; guess++) await signIn(stranger, `guess ${guess}`);
    expect((await signIn(thief, 'one more')).status).toBe(429);
    app.clock.advance(900);
    const owner = await signedIn('bob', oneTime);
    app.clock.advance(1);
    for (let guess = 0; guess < 5; guess++) await signIn(stranger, `guess ${guess}`);
    await owner.post('/logout');
    expect((await signIn(owner, 'a typo')).status).toBe(401);
  });

  it('a rescue resets the attempts that the thief used up (F3)', async () => {
    for (let guess = 0; guess < 6; guess++) await signIn(app.browser(), `guess ${guess}`);
    expect((await signIn(app.browser(), 'password')).status).toBe(429);
    const oneTime = await rescue();
    expect((await signIn(app.browser(), oneTime)).status).toBe(200);
  });

  it('password changes that the thief used up do not keep the owner from theirs (F3)', async () => {
    const thief = await signedIn();
    for (let n = 0; n < PASSWORD_CHANGES; n++)
      expect((await choose(thief, `${PASSWORD} ${n}`)).status).toBe(200);
    const owner = await signedIn('bob', await rescue());
    expect((await choose(owner)).status).toBe(200);
  });

  it('a repeated sign-up does not spend a one-time password, nor avoid its limit', async () => {
    const account = { username: 'carol', password: PASSWORD };
    await caller(app.browser()).mutate('account.signUp', account);
    const userId = (await app.users.findAccount('carol'))?.id;
    const password = await rescue({ userId });
    const again = await caller(app.browser()).mutate('account.signUp', { ...account, password });
    expect(again.status).toBe(409);
  });

  it('a disabled account stays disabled, and its one-time password works once it is enabled', async () => {
    await caller(admin).mutate('admin.disableUser', { userId: bobId });
    const oneTime = await rescue();
    expect(reasonIn(await signIn(app.browser(), oneTime))).toBe('user_disabled');
    await caller(admin).mutate('admin.enableUser', { userId: bobId });
    expect((await signIn(app.browser(), oneTime)).status).toBe(200);
  });

  it('refuses to rescue oneself, an unknown user, and a caller whose password check is old', async () => {
    const adminId = (await app.users.findAccount('admin'))?.id;
    const act = (userId?: string) => caller(admin).mutate('admin.rescueUser', { userId });
    expect((await act(adminId)).error?.message).toBe(
      'This is your own account: change your password instead.',
    );
    expect((await act('no such user')).status).toBe(404);
    app.clock.advance(600);
    expect((await act(bobId)).error?.data.reason).toBe('reauthentication_required');
    expect((await signIn(app.browser(), 'password')).status).toBe(200);
  });

  it('the audit log has the administrator and both reasons, and nowhere the one-time password (F3)', async () => {
    await signedIn();
    const oneTime = await rescue({ reason: 'Ticket 4711', shownReason: 'You called us.' });
    const owner = await signedIn('bob', oneTime);
    await signIn(app.browser(), oneTime);
    await app.trail.flush();
    const adminId = (await app.users.findAccount('admin'))?.id;
    const events = await app.auditLog.list({ limit: 50, userId: bobId });
    const acts = events.filter(({ actorId }) => actorId === adminId);
    expect(acts.map(({ kind, details }) => [kind, details])).toEqual([
      ['session.revoked', { statedReason: 'Ticket 4711', shownReason: 'You called us.' }],
      ['user.rescued', { statedReason: 'Ticket 4711', shownReason: 'You called us.' }],
    ]);
    expect(events[0]).toMatchObject({ kind: 'sign_in.refused', reason: 'one_time_password_spent' });
    await choose(owner);
    const own = await caller(owner).query('account.securityEvents');
    expect(JSON.stringify(own)).toContain('You called us.');
    expect(JSON.stringify(own)).not.toContain('Ticket 4711');
    const written = JSON.stringify(await app.auditLog.list({ limit: 100 })) + app.rawLog();
    expect(written).not.toContain(oneTime);
    expect(written).not.toContain(oneTime.replaceAll('-', ''));
  });
});

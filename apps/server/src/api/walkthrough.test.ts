import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../testing/start-app.ts';

const NAMES = ['X-Access-Token', 'X-Refresh-Token', 'X-Username'];

let app: TestServer;
let browser: Browser;
beforeEach(async () => {
  app = await startApp({ session: { accessTokenSeconds: 60 } });
  browser = app.browser();
});
afterEach(() => app.close());

const signIn = (username: string, password = 'password') =>
  browser.post('/login', { username, password });
const nameOf = (cookie: string) => cookie.split('=')[0];

describe('the walkthrough over plain HTTP', () => {
  it('a login sets the three session cookies with exactly these flags, and the device cookie', async () => {
    const reply = await signIn('admin');
    expect([reply.status, JSON.parse(reply.body)]).toEqual([
      200,
      { message: 'Logged in via Cookies' },
    ]);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    const expires = (seconds: number) => new Date(app.clock.now() + seconds * 1000).toUTCString();
    expect(reply.setCookies.map((cookie) => cookie.replace(/=[^;]+/, '=…'))).toEqual([
      `X-Access-Token=…; Max-Age=60; Path=/; Expires=${expires(60)}; HttpOnly; Secure; SameSite=Strict`,
      `X-Refresh-Token=…; Max-Age=604800; Path=/; Expires=${expires(604_800)}; HttpOnly; Secure; SameSite=Strict`,
      `X-Username=…; Max-Age=604800; Path=/; Expires=${expires(604_800)}; HttpOnly; Secure; SameSite=Strict`,
      `X-Device=…; Max-Age=34560000; Path=/; Expires=${expires(34_560_000)}; HttpOnly; Secure; SameSite=Strict`,
    ]);
    for (const cookie of reply.setCookies) expect(cookie.length).toBeLessThan(1024);
  });

  it('the dashboard answers after the access token has expired, and sets fresh cookies', async () => {
    await signIn('bob');
    const first = await browser.request('/dashboard');
    expect([first.status, first.body, first.setCookies]).toEqual([200, 'Hello User!', []]);

    const before = browser.cookies();
    app.clock.advance(60);
    const second = await browser.request('/dashboard');
    expect([second.status, second.body]).toEqual([200, 'Hello User!']);
    expect(second.setCookies.map(nameOf)).toEqual(NAMES);
    for (const name of ['X-Access-Token', 'X-Refresh-Token'])
      expect(browser.cookies().get(name)).not.toBe(before.get(name));
  });

  it('/admin-only answers 200 to an administrator, 403 to other users, 401 without a session', async () => {
    await signIn('admin');
    const admin = await browser.request('/admin-only');
    expect([admin.status, admin.body]).toEqual([200, 'Hello Admin!']);
    await signIn('bob');
    const bob = await browser.request('/admin-only');
    expect([bob.status, JSON.parse(bob.body)]).toEqual([
      403,
      {
        message: 'This requires the role Admin. You are signed in as bob with the role User.',
        reason: 'role_required',
        requestId: bob.headers.get('x-request-id'),
      },
    ]);
    expect((await app.browser().request('/admin-only')).status).toBe(401);
  });

  it('/refresh answers 200 with fresh cookies, 401 without cookies, 403 to refused ones', async () => {
    await signIn('bob');
    const empty = await browser.request('/refresh', { method: 'POST' });
    expect([empty.status, JSON.parse(empty.body), empty.setCookies.map(nameOf)]).toEqual([
      200,
      { message: 'Refreshed via Cookies' },
      NAMES,
    ]);
    app.clock.advance(60);
    expect((await browser.post('/refresh')).status).toBe(200);
    app.clock.advance(60);
    expect(
      (
        await browser.request('/refresh', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
        })
      ).status,
    ).toBe(200);

    expect((await app.browser().post('/refresh')).status).toBe(401);
    for (const missing of ['X-Refresh-Token', 'X-Username']) {
      const partial = browser.copy();
      partial.dropCookie(missing);
      expect((await partial.post('/refresh')).status).toBe(401);
    }
    const forged = browser.copy();
    forged.setCookie('X-Refresh-Token', 'forged');
    expect((await forged.post('/refresh')).status).toBe(403);
  });

  it('a logout clears the three session cookies and revokes the session', async () => {
    await signIn('bob');
    const stolen = browser.copy();
    const reply = await browser.post('/logout');
    expect([
      reply.status,
      reply.setCookies.map((cookie) => cookie.replace(/Expires=[^;]+; /, '')),
    ]).toEqual([
      200,
      NAMES.map((name) => `${name}=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict`),
    ]);
    expect((await browser.request('/dashboard')).status).toBe(401);
    app.clock.advance(60);
    expect((await stolen.request('/dashboard')).status).toBe(401);
  });

  it('refreshes a non-browser client that still sends its expired access cookie', async () => {
    await signIn('bob');
    const header = browser.send('/dashboard').cookieHeader;
    app.clock.advance(60);
    const reply = await fetch(`${app.origin}/dashboard`, { headers: { cookie: header } });
    expect([reply.status, await reply.text()]).toEqual([200, 'Hello User!']);
  });

  it('serves 64 parallel requests with one expired token by one refresh token rotation', async () => {
    await signIn('bob');
    app.clock.advance(60);
    const flights = Array.from({ length: 64 }, () => browser.send('/dashboard'));
    const replies = await Promise.all(flights.map((flight) => flight.arrive()));
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200]));
    const tokens = replies.flatMap((reply) =>
      reply.setCookies
        .filter((cookie) => cookie.startsWith('X-Refresh-Token'))
        .map((cookie) => cookie.split(';')[0]),
    );
    expect(new Set(tokens).size).toBe(1);
    expect(app.log().filter((line) => line.decision === 'rotate')).toHaveLength(1);
  });

  it("a predecessor presented after acknowledgement and grace ends all the user's sessions", async () => {
    await signIn('bob');
    const thief = browser.copy();
    const other = app.browser();
    await other.post('/login', { username: 'bob', password: 'password' });
    app.clock.advance(60);
    await browser.request('/dashboard');
    await browser.request('/dashboard');
    await app.layer.flush();
    app.clock.advance(15);
    thief.dropCookie('X-Access-Token');
    expect((await thief.request('/dashboard')).status).toBe(401);
    app.clock.advance(60);
    for (const victim of [browser, other])
      expect((await victim.request('/dashboard')).status).toBe(401);
    expect(app.log().filter((line) => line.event === 'session.reuse')).toHaveLength(1);
    expect((await signIn('bob')).status).toBe(200);
  });

  it('refuses a disabled or deleted user at the next refresh and at sign-in', async () => {
    await signIn('bob');
    const bob = await app.users.findAccount('bob');
    await app.users.change(bob?.id ?? '', { disabled: true });
    app.clock.advance(60);
    expect((await browser.request('/dashboard')).status).toBe(401);
    expect((await signIn('bob')).status).toBe(401);
    await app.users.remove(bob?.id ?? '');
    expect((await browser.request('/dashboard')).status).toBe(401);
  });
});

describe('signing in', () => {
  it('answers an unknown user and a wrong password alike, to the byte', async () => {
    const replies = [
      await signIn('bob', 'wrong'),
      await signIn('mallory', 'wrong'),
      await signIn('mallory', 'password'),
    ];
    const bodies = replies.map(({ status, body, headers }) => [
      status,
      body.replace(headers.get('x-request-id') ?? '', 'id'),
      headers.get('content-length'),
    ]);
    expect(new Set(bodies.map(String)).size).toBe(1);
    expect(JSON.parse(replies[0]?.body ?? '')).toMatchObject({
      message: 'That username and password do not match.',
      reason: 'invalid_credentials',
    });
    expect(replies.flatMap((reply) => reply.setCookies)).toEqual([]);
  });
});

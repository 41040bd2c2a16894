import { newSessionId, signAccessToken } from '@latchkey/core';
import type { Browser, Reply } from '@latchkey/core/testing';
import { refreshTokenFor } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpApp, type HttpAppOptions, startHttpApp } from '../testing/http-app.ts';

const ACCESS = 'X-Access-Token';
const REFRESH = 'X-Refresh-Token';
const USERNAME = 'X-Username';
const DASHBOARD = '/dashboard';

let app: HttpApp;
const start = async (options?: HttpAppOptions) => (app = await startHttpApp(options));
beforeEach(() => start());
afterEach(() => app.close());

const lastReason = () => {
  const authentication = app.decisions.at(-1)?.authentication;
  return authentication?.kind === 'anonymous' ? authentication.reason : authentication?.kind;
};
const cookieHeader = (cookies: ReadonlyMap<string, string>) =>
  [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
/** Sends a request as a client that is not a browser: with these headers, without a cookie jar. */
const raw = (headers: Record<string, string>, path = DASHBOARD) =>
  fetch(app.origin + path, { headers });

function expectRefused(reply: Reply, reason: string): void {
  expect(reply.status).toBe(401);
  expect(reply.setCookies).toEqual([]);
  expect(JSON.parse(reply.body)).toMatchObject({ message: 'You are not signed in.', reason });
  expect(lastReason()).toBe(reason);
}

describe('a request without a valid access token', () => {
  let browser: Browser;
  beforeEach(async () => {
    browser = await app.signedIn();
  });

  it('refreshes an expired access token inside the request', async () => {
    app.clock.advance(600);
    const reply = await browser.request(DASHBOARD);
    expect(reply.body).toBe('Hello User!');
    expect(reply.setCookies.map((cookie) => cookie.split('=')[0])).toEqual([
      ACCESS,
      REFRESH,
      USERNAME,
    ]);
    expect(reply.headers.get('cache-control')).toBe('no-store');
  });

  it('refreshes a missing access token inside the request', async () => {
    browser.dropCookie(ACCESS);
    expect((await browser.request(DASHBOARD)).status).toBe(200);
  });

  it('reads no store for a valid access token, and makes one round trip to refresh', async () => {
    await browser.request(DASHBOARD);
    await app.layer.flush();
    app.store.calls.length = 0;
    const reply = await browser.request(DASHBOARD);
    expect([reply.status, reply.setCookies, app.store.calls]).toEqual([200, [], []]);
    app.clock.advance(600);
    await browser.request(DASHBOARD);
    expect(app.store.calls).toEqual(['rotate']);
  });

  it.each([
    ['an expired access cookie still sent', (cookies: Map<string, string>) => cookies],
    [
      'garbage for an access token',
      (cookies: Map<string, string>) => cookies.set(ACCESS, 'garbage'),
    ],
    [
      'an access token forged to be unexpired',
      (cookies: Map<string, string>) => cookies.set(ACCESS, forgedAccessToken()),
    ],
    [
      'the refresh token for an access token',
      (cookies: Map<string, string>) => cookies.set(ACCESS, cookies.get(REFRESH) ?? ''),
    ],
  ])('refreshes with %s beside a valid refresh cookie', async (_title, change) => {
    const cookies = change(new Map(browser.cookies()));
    app.clock.advance(600);
    const reply = await raw({ cookie: cookieHeader(cookies) });
    expect([reply.status, await reply.text()]).toEqual([200, 'Hello User!']);
    expect(reply.headers.getSetCookie()).toHaveLength(3);
  });

  it('takes as acknowledgement only a later request, not the injected token', async () => {
    app.clock.advance(600);
    await browser.request(DASHBOARD);
    const id = app.decisions.at(-1)?.session.principal?.sessionId ?? '';
    await app.layer.flush();
    expect((await app.store.find(id))?.acknowledgedAt).toBeNull();
    app.clock.advance(1);
    await browser.request(DASHBOARD);
    await app.layer.flush();
    expect((await app.store.find(id))?.acknowledgedAt).toBe(app.clock.now());
  });

  function forgedAccessToken(): string {
    const ring = { signing: { ...app.ring.signing, signKey: app.ring.macSigning.key } };
    const seconds = app.clock.now() / 1000;
    return signAccessToken(ring, {
      iss: 'latchkey',
      aud: 'latchkey',
      sub: 'id-of-alice',
      name: 'alice',
      role: 'Admin',
      sid: newSessionId('u'),
      gen: 0,
      ver: 0,
      iat: seconds,
      exp: seconds + 9_999,
    });
  }
});

describe('a failed refresh changes nothing and is answered 401', () => {
  it('answers a failed refresh with 401, without cookies', async () => {
    expectRefused(await app.browser().request(DASHBOARD), 'no_credentials');
  });

  it.each<[string, string, (browser: Browser) => void | Promise<void>]>([
    [
      'an expired access token and no refresh token',
      'refresh_token_missing',
      (browser) => browser.dropCookie(REFRESH),
    ],
    ['no username', 'username_missing', (browser) => browser.dropCookie(USERNAME)],
    [
      'a refresh token of another server',
      'refresh_token_invalid',
      (browser) => browser.setCookie(REFRESH, `lk1.${'A'.repeat(92)}`),
    ],
    [
      'garbage for a refresh token',
      'refresh_token_invalid',
      (browser) => browser.setCookie(REFRESH, 'garbage'),
    ],
    [
      'an access token for a refresh token',
      'refresh_token_invalid',
      (browser) => browser.setCookie(REFRESH, browser.cookies().get(ACCESS) ?? 'eyJ.e.e'),
    ],
    [
      'the refresh token of an unknown session',
      'session_unknown',
      (browser) =>
        browser.setCookie(
          REFRESH,
          refreshTokenFor(
            app.ring,
            { sessionId: newSessionId('u'), generation: 0, userId: 'id-of-alice' },
            'alice',
          ).token,
        ),
    ],
    ['a deleted user', 'user_gone', () => app.users.remove('alice')],
    ['a disabled user', 'user_gone', () => app.users.change('alice', { disabled: true })],
    [
      'a user whose token version was raised',
      'token_version',
      () => app.users.change('alice', { tokenVersion: 1 }),
    ],
    [
      'an unknown username',
      'refresh_token_invalid',
      (browser) => browser.setCookie(USERNAME, 'carol'),
    ],
    [
      'the username cookie of another user',
      'refresh_token_invalid',
      (browser) => browser.setCookie(USERNAME, 'bob'),
    ],
    [
      'garbage for a username',
      'refresh_token_invalid',
      (browser) => browser.setCookie(USERNAME, '%E0%A4%A'),
    ],
  ])(
    'changes nothing for a request with %s, and answers 401 %s',
    async (_title, reason, damage) => {
      const browser = await app.signedIn();
      const before = new Map(browser.cookies());
      app.clock.advance(600);
      await damage(browser);
      const sent = new Map(browser.cookies());
      expectRefused(await browser.request(DASHBOARD), reason);
      expect(browser.cookies()).toEqual(sent);
      expect(app.events.filter((event) => event.kind === 'session.reuse')).toEqual([]);
      expect(before.size).toBe(3);
    },
  );

  it('leaves a session unchanged whose refresh token comes with another username', async () => {
    const browser = await app.signedIn();
    const id = app.decisions.at(-1)?.session.principal?.sessionId ?? '';
    const before = await app.store.find(id);
    app.clock.advance(600);
    const stranger = browser.copy();
    stranger.setCookie(USERNAME, 'bob');
    await stranger.request(DASHBOARD);
    expect(before).not.toBeNull();
    expect(await app.store.find(id)).toEqual(before);
    expect((await browser.request(DASHBOARD)).status).toBe(200);
  });
});

describe('an access token that expires while its request is under way', () => {
  it('judges every step of a request by the instant at which it arrived', async () => {
    await app.close();
    let leap = 0;
    await start({
      arrange: (authenticate) => [
        (_request, response, next) => {
          const { now } = app.clock;
          response.once('finish', () => {
            app.clock.now = now;
          });
          let readings = 0;
          app.clock.now = () => now() + (readings++ > 0 ? leap : 0);
          next();
        },
        authenticate,
      ],
    });
    const browser = await app.signedIn();
    app.clock.advance(597);
    leap = 10_000;
    const reply = await browser.request(DASHBOARD);
    expect([reply.status, reply.setCookies]).toEqual([200, []]);
  });
});

it('passes a valid access token in the same turn of the event loop, and waits for a refresh', async () => {
  await app.close();
  const passedAtOnce: boolean[] = [];
  await start({
    arrange: (authenticate) => [
      (request, response, next) => {
        let hasPassed = false;
        authenticate(request, response, (error) => {
          hasPassed = true;
          next(error);
        });
        passedAtOnce.push(hasPassed);
      },
    ],
  });
  const browser = await app.signedIn();
  passedAtOnce.length = 0;
  await browser.request(DASHBOARD);
  app.clock.advance(600);
  await browser.request(DASHBOARD);
  expect(passedAtOnce).toEqual([true, false]);
});

import { mintAccessToken, mintRefreshToken, newSessionId } from '@latchkey/core';
import type { Browser, Reply } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromAuthorization, fromCookie, fromHeader, fromQuery } from './access-token-source.ts';
import { startTestApp, type TestApp, type TestAppOptions } from './testing/test-app.ts';

const ACCESS = 'X-Access-Token';
const REFRESH = 'X-Refresh-Token';
const USERNAME = 'X-Username';
const DASHBOARD = '/trpc/dashboard';

let app: TestApp;
const start = async (options?: TestAppOptions) => (app = await startTestApp(options));
beforeEach(() => start());
afterEach(() => app.close());

const lastReason = () => {
  const authentication = app.decisions.at(-1)?.authentication;
  return authentication?.kind === 'anonymous' ? authentication.reason : authentication?.kind;
};
const cookieHeader = (cookies: ReadonlyMap<string, string>) => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
/** A client that is no browser: sends what it is told, keeps nothing. */
const raw = (headers: Record<string, string>, path = DASHBOARD) => fetch(app.origin + path, { headers });

function expectRefused(reply: Reply, reason: string): void {
  expect(reply.status).toBe(401);
  expect(reply.setCookies).toEqual([]);
  expect(JSON.parse(reply.body).error).toMatchObject({ message: 'You are not signed in.', data: { code: 'UNAUTHORIZED', reason } });
  expect(lastReason()).toBe(reason);
}

describe('a request without a valid access token', () => {
  let browser: Browser;
  beforeEach(async () => {
    browser = await app.signedIn();
  });

  it('is refreshed inside that same request once the access token has expired', async () => {
    app.clock.advance(600);
    const reply = await browser.request(DASHBOARD);
    expect(JSON.parse(reply.body)).toEqual({ result: { data: 'Hello User!' } });
    expect(reply.setCookies.map((cookie) => cookie.split('=')[0])).toEqual([ACCESS, REFRESH, USERNAME]);
    expect(reply.headers.get('cache-control')).toBe('no-store');
  });

  it('is refreshed when the access cookie is missing', async () => {
    browser.dropCookie(ACCESS);
    expect((await browser.request(DASHBOARD)).status).toBe(200);
  });

  it('costs no store access while the access token is valid, and one round trip when it is not', async () => {
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
    ['garbage for an access token', (cookies: Map<string, string>) => cookies.set(ACCESS, 'garbage')],
    ['an access token forged to be unexpired', (cookies: Map<string, string>) => cookies.set(ACCESS, forgedAccessToken())],
    ['the refresh token for an access token', (cookies: Map<string, string>) => cookies.set(ACCESS, cookies.get(REFRESH) ?? '')],
  ])('is refreshed, not shadowed, with %s beside a good refresh cookie', async (_title, change) => {
    const cookies = change(new Map(browser.cookies()));
    app.clock.advance(600);
    const reply = await raw({ cookie: cookieHeader(cookies) });
    expect([reply.status, await reply.json()]).toEqual([200, { result: { data: 'Hello User!' } }]);
    expect(reply.headers.getSetCookie()).toHaveLength(3);
  });

  it('gets an injected token that proves nothing: only a later request acknowledges', async () => {
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
    return mintAccessToken(ring, {
      iss: 'latchkey',
      aud: 'latchkey',
      sub: 'id-of-alice',
      name: 'alice',
      role: 'Admin',
      sid: newSessionId(),
      gen: 0,
      ver: 0,
      iat: seconds,
      exp: seconds + 9_999,
    });
  }
});

describe('a failed refresh changes nothing and is answered 401', () => {
  it('with no cookies', async () => {
    expectRefused(await app.browser().request(DASHBOARD), 'no_credentials');
  });

  it.each<[string, string, (browser: Browser) => void | Promise<void>]>([
    ['an expired access token and no refresh token', 'refresh_token_missing', (browser) => browser.dropCookie(REFRESH)],
    ['no username', 'username_missing', (browser) => browser.dropCookie(USERNAME)],
    ['a refresh token that is not the server’s', 'refresh_token_invalid', (browser) => browser.setCookie(REFRESH, `lk1.${'A'.repeat(92)}`)],
    ['garbage for a refresh token', 'refresh_token_invalid', (browser) => browser.setCookie(REFRESH, 'garbage')],
    ['an access token for a refresh token', 'refresh_token_invalid', (browser) => browser.setCookie(REFRESH, browser.cookies().get(ACCESS) ?? 'eyJ.e.e')],
    [
      'the refresh token of a session that never was',
      'session_unknown',
      (browser) => browser.setCookie(REFRESH, mintRefreshToken(app.ring, newSessionId(), 0).token),
    ],
    ['a user who is gone', 'user_gone', () => app.users.remove('alice')],
    ['a user who is disabled', 'user_gone', () => app.users.change('alice', { disabled: true })],
    ['a user whose token version was raised', 'token_version', () => app.users.change('alice', { tokenVersion: 1 })],
    ['a username that nobody has', 'username_mismatch', (browser) => browser.setCookie(USERNAME, 'nobody')],
    ['the username cookie of somebody else', 'username_mismatch', (browser) => browser.setCookie(USERNAME, 'bob')],
    ['garbage for a username', 'username_mismatch', (browser) => browser.setCookie(USERNAME, '%E0%A4%A')],
  ])('with %s: %s', async (_title, reason, damage) => {
    const browser = await app.signedIn();
    const before = new Map(browser.cookies());
    app.clock.advance(600);
    await damage(browser);
    const sent = new Map(browser.cookies());
    expectRefused(await browser.request(DASHBOARD), reason);
    expect(browser.cookies()).toEqual(sent);
    expect(app.events.filter((event) => event.kind === 'session.reuse')).toEqual([]);
    expect(before.size).toBe(3);
  });

  it('and leaves the victim’s session untouched when somebody else’s name comes with it', async () => {
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

describe('the order of the steps', () => {
  it('matters: authentication before refresh answers 401 where the right order answers 200', async () => {
    const right = await app.signedIn();
    app.clock.advance(600);
    expect((await right.request(DASHBOARD)).status).toBe(200);
    await app.close();

    await start({ arrange: ({ readCredentials, refreshAndInject, authenticate }) => [readCredentials, authenticate, refreshAndInject] });
    const wrong = await app.signedIn();
    app.clock.advance(600);
    expect((await wrong.request(DASHBOARD)).status).toBe(401);
  });
});

describe('an access token that expires while its request is under way', () => {
  it('is judged by the instant the request came in, by every step: no step refuses what another let pass', async () => {
    await app.close();
    await start({
      arrange: ({ readCredentials, refreshAndInject, authenticate }) => [
        readCredentials,
        refreshAndInject,
        (_request, _response, next) => {
          app.clock.advance(2);
          next();
        },
        authenticate,
      ],
    });
    const browser = await app.signedIn();
    app.clock.advance(597);
    const reply = await browser.request(DASHBOARD);
    expect([reply.status, reply.setCookies]).toEqual([200, []]);
  });
});

describe('what others put into the request and the response', () => {
  it('stays: cookies are appended to theirs', async () => {
    await app.close();
    await start({
      arrange: ({ readCredentials, refreshAndInject, authenticate }) => [
        (_request, response, next) => {
          response.setHeader('set-cookie', ['theirs=1', 'also=2']);
          next();
        },
        readCredentials,
        refreshAndInject,
        authenticate,
      ],
    });
    const browser = await app.signedIn();
    app.clock.advance(600);
    const { setCookies } = await browser.request(DASHBOARD);
    expect(setCookies.map((cookie) => cookie.split('=')[0])).toEqual(['theirs', 'also', ACCESS, REFRESH, USERNAME]);
  });

  it('is not cached: every answer is no-store, unless a procedure says otherwise', async () => {
    const browser = await app.signedIn();
    const reply = await browser.request(DASHBOARD);
    expect([reply.setCookies, reply.headers.get('cache-control')]).toEqual([[], 'no-store']);
  });

  it('sees the injected token too, in the cookie and in Authorization alike', async () => {
    await app.close();
    let seen: (string | undefined)[] = [];
    await start({
      arrange: ({ readCredentials, refreshAndInject, authenticate }) => [
        readCredentials,
        refreshAndInject,
        authenticate,
        (request, _response, next) => {
          seen = [request.headers.authorization, request.headers.cookie];
          next();
        },
      ],
    });
    const browser = await app.signedIn();
    const expired = browser.cookies().get(ACCESS);
    app.clock.advance(600);
    const reply = await browser.request(DASHBOARD, { headers: { authorization: `Bearer ${expired}` } });
    const fresh = reply.setCookies[0]?.split(/[=;]/)[1];
    expect(seen).toEqual([`Bearer ${fresh}`, expect.stringContaining(`${ACCESS}=${fresh}`)]);
    expect(seen.join()).not.toContain(expired);
  });
});

describe('the steps mounted twice', () => {
  it('refresh once, and do not take the injected token for a proof', async () => {
    await app.close();
    await start({
      arrange: ({ readCredentials, refreshAndInject, authenticate }) => [
        readCredentials,
        refreshAndInject,
        authenticate,
        readCredentials,
        refreshAndInject,
        authenticate,
      ],
    });
    const browser = await app.signedIn();
    app.clock.advance(600);
    const lost = await browser.send(DASHBOARD).arrive();
    expect([lost.status, lost.setCookies.length]).toEqual([200, 3]);
    await app.layer.flush();
    const id = app.decisions.at(-1)?.session.principal?.sessionId ?? '';
    expect(await app.store.find(id)).toMatchObject({ generation: 1, acknowledgedAt: null });
  });
});

describe('several cookies of one name', () => {
  it('count as their newest authentic one: a stale duplicate is no reuse', async () => {
    const browser = await app.signedIn();
    const stale = browser.cookies();
    for (let round = 0; round < 3; round++) {
      app.clock.advance(600);
      await browser.request(DASHBOARD);
      await browser.request(DASHBOARD);
      await app.layer.flush();
    }
    app.clock.advance(600);
    const fresh = browser.cookies();
    for (const values of [
      [stale, fresh],
      [fresh, stale],
    ] as const) {
      const cookie = [...values.map((jar) => `${REFRESH}=${jar.get(REFRESH)}`), `${REFRESH}=garbage`, `${USERNAME}=alice`].join('; ');
      expect((await raw({ cookie })).status).toBe(200);
    }
    expect(app.events.map((event) => event.kind)).not.toContain('session.reuse');
  });

  it('of a tossed username still find the right one', async () => {
    const browser = await app.signedIn();
    app.clock.advance(600);
    const cookie = `${USERNAME}=bob; ${REFRESH}=${browser.cookies().get(REFRESH)}; ${USERNAME}=alice`;
    expect((await raw({ cookie })).status).toBe(200);
  });

  it('with the __Host- prefix are matched exactly, so look-alikes do not count', async () => {
    await app.close();
    await start({ cookies: { hostPrefix: true } });
    const browser = await app.signedIn();
    expect([...browser.cookies().keys()]).toEqual(['__Host-X-Access-Token', '__Host-X-Refresh-Token', '__Host-X-Username']);
    expect((await browser.request(DASHBOARD)).status).toBe(200);
    const plain = [...browser.cookies()].map(([name, value]) => `${name.replace('__Host-', '')}=${value}`).join('; ');
    expect((await raw({ cookie: plain })).status).toBe(401);
  });
});

describe('the access token may come from', () => {
  const sources = [fromCookie(ACCESS), fromAuthorization(), fromHeader('X-Api-Token'), fromQuery('access_token')];
  let token: string;
  let refreshCookies: string;
  beforeEach(async () => {
    await app.close();
    await start({ accessTokenFrom: sources });
    const cookies = (await app.signedIn()).cookies();
    token = cookies.get(ACCESS) ?? '';
    refreshCookies = `${REFRESH}=${cookies.get(REFRESH)}; ${USERNAME}=alice`;
  });

  const carriers: [string, (value: string) => [Record<string, string>, string]][] = [
    ['a cookie', (value) => [{ cookie: `${ACCESS}=${value}` }, DASHBOARD]],
    ['Authorization: Bearer', (value) => [{ authorization: `Bearer ${value}` }, DASHBOARD]],
    ['a header of one’s own', (value) => [{ 'x-api-token': value }, DASHBOARD]],
    ['a query parameter', (value) => [{}, `${DASHBOARD}?access_token=${value}`]],
  ];

  it.each(carriers)('%s', async (_title, carry) => {
    expect((await raw(...carry(token))).status).toBe(200);
    expect((await raw(...carry('garbage'))).status).toBe(401);
  });

  it.each(carriers)('%s, where an expired one does not shadow the injected one', async (_title, carry) => {
    app.clock.advance(600);
    const [headers, path] = carry(token);
    const reply = await raw({ ...headers, cookie: [headers.cookie, refreshCookies].filter(Boolean).join('; ') }, path);
    expect([reply.status, await reply.json()]).toEqual([200, { result: { data: 'Hello User!' } }]);
  });

  it('no query parameter unless that is asked for', async () => {
    await app.close();
    await start();
    const value = (await app.signedIn()).cookies().get(ACCESS);
    expect((await raw({}, `${DASHBOARD}?access_token=${value}`)).status).toBe(401);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromAuthorization, fromCookie, fromHeader, fromQuery } from '../request/token-sources.ts';
import { type HttpApp, type HttpAppOptions, startHttpApp } from '../testing/http-app.ts';

const ACCESS = 'X-Access-Token';
const REFRESH = 'X-Refresh-Token';
const USERNAME = 'X-Username';
const DASHBOARD = '/dashboard';

let app: HttpApp;
const start = async (options?: HttpAppOptions) => {
  app = await startHttpApp(options);
};
beforeEach(() => start());
afterEach(() => app.close());

/** Sends a request as a client that is not a browser: with these headers, without a cookie jar. */
const raw = (headers: Record<string, string>, path = DASHBOARD) =>
  fetch(app.origin + path, { headers });

describe('other middleware', () => {
  it('keeps the response cookies of other middleware', async () => {
    await app.close();
    await start({
      arrange: (authenticate) => [
        (_request, response, next) => {
          response.setHeader('set-cookie', ['theirs=1', 'also=2']);
          next();
        },
        authenticate,
      ],
    });
    const browser = await app.signedIn();
    app.clock.advance(600);
    const { setCookies } = await browser.request(DASHBOARD);
    expect(setCookies.map((cookie) => cookie.split('=')[0])).toEqual([
      'theirs',
      'also',
      ACCESS,
      REFRESH,
      USERNAME,
    ]);
  });

  it('shows other middleware no-store on each response by default', async () => {
    const browser = await app.signedIn();
    const reply = await browser.request(DASHBOARD);
    expect([reply.setCookies, reply.headers.get('cache-control')]).toEqual([[], 'no-store']);
  });

  it('shows other middleware the injected token in the cookie and in Authorization', async () => {
    await app.close();
    let seen: (string | undefined)[] = [];
    await start({
      arrange: (authenticate) => [
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
    const reply = await browser.request(DASHBOARD, {
      headers: { authorization: `Bearer ${expired}` },
    });
    const fresh = reply.setCookies[0]?.split(/[=;]/)[1];
    expect(seen).toEqual([`Bearer ${fresh}`, expect.stringContaining(`${ACCESS}=${fresh}`)]);
    expect(seen.join()).not.toContain(expired);
  });
});

describe('the steps mounted twice', () => {
  it('refreshes once with its steps mounted twice, and takes no injected token as acknowledgement', async () => {
    await app.close();
    await start({
      arrange: (authenticate) => [authenticate, authenticate],
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
  it('uses the newest of several authentic refresh cookies without reporting reuse', async () => {
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
      const cookie = [
        ...values.map((jar) => `${REFRESH}=${jar.get(REFRESH)}`),
        `${REFRESH}=garbage`,
        `${USERNAME}=alice`,
      ].join('; ');
      expect((await raw({ cookie })).status).toBe(200);
    }
    expect(app.events.map((event) => event.kind)).not.toContain('session.reuse');
  });

  it('finds the matching cookie among several username cookies', async () => {
    const browser = await app.signedIn();
    app.clock.advance(600);
    const cookie = `${USERNAME}=bob; ${REFRESH}=${browser.cookies().get(REFRESH)}; ${USERNAME}=alice`;
    expect((await raw({ cookie })).status).toBe(200);
  });

  it('ignores cookies without the __Host- prefix if the prefix is set', async () => {
    await app.close();
    await start({ cookies: { hostPrefix: true } });
    const browser = await app.signedIn();
    expect([...browser.cookies().keys()]).toEqual([
      '__Host-X-Access-Token',
      '__Host-X-Refresh-Token',
      '__Host-X-Username',
    ]);
    expect((await browser.request(DASHBOARD)).status).toBe(200);
    const plain = [...browser.cookies()]
      .map(([name, value]) => `${name.replace('__Host-', '')}=${value}`)
      .join('; ');
    expect((await raw({ cookie: plain })).status).toBe(401);
  });
});

describe('the access token may come from', () => {
  const sources = [
    fromCookie(ACCESS),
    fromAuthorization(),
    fromHeader('X-Api-Token'),
    fromQuery('access_token'),
  ];
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
    ['a custom header', (value) => [{ 'x-api-token': value }, DASHBOARD]],
    ['a query parameter', (value) => [{}, `${DASHBOARD}?access_token=${value}`]],
  ];

  it.each(carriers)('reads the access token from %s', async (_title, carry) => {
    expect((await raw(...carry(token))).status).toBe(200);
    expect((await raw(...carry('garbage'))).status).toBe(401);
  });

  it.each(carriers)(
    'injects a new access token over an expired one in %s',
    async (_title, carry) => {
      app.clock.advance(600);
      const [headers, path] = carry(token);
      const reply = await raw(
        { ...headers, cookie: [headers.cookie, refreshCookies].filter(Boolean).join('; ') },
        path,
      );
      expect([reply.status, await reply.text()]).toEqual([200, 'Hello User!']);
    },
  );

  it('ignores an access token in a query parameter by default', async () => {
    await app.close();
    await start();
    const value = (await app.signedIn()).cookies().get(ACCESS);
    expect((await raw({}, `${DASHBOARD}?access_token=${value}`)).status).toBe(401);
  });
});

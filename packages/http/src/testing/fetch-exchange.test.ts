import { type Browser, createBrowser } from '@latchkey/core/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EdgeInput } from '../adapters/edge.ts';
import { cookieNames, parseCookieOptions } from '../cookies/cookie-options.ts';
import { refusal } from '../errors.ts';
import { fromQuery } from '../request/token-sources.ts';
import { ADA, demoLayer } from './demo-layer.ts';
import { fetchHandler } from './fetch-exchange.ts';

const ORIGIN = 'https://app.example.com';
const JSON_TYPE = { 'content-type': 'application/json' };

describe('a fetch edge over the Exchange port', () => {
  const names = cookieNames(parseCookieOptions());
  let session: ReturnType<typeof demoLayer>;
  beforeEach(() => {
    session = demoLayer();
  });

  /** Starts the app, and a browser whose requests reach it without a network. */
  function start(options: Partial<EdgeInput> = {}): {
    handler: (request: Request) => Promise<Response>;
    browser: Browser;
  } {
    const handler = fetchHandler({ layer: session.layer, ...options }, async (request, caller) => {
      const { pathname, search } = new URL(request.url);
      if (pathname === '/sign-in') await caller.actions.signIn(ADA);
      else if (pathname === '/sign-out') await caller.actions.signOut();
      else if (!caller.principal) throw caller.outage ?? refusal('no_credentials');
      return Response.json({
        username: caller.principal?.username ?? null,
        cookieHeader: request.headers.get('cookie'),
        search,
        body: await request.text(),
      });
    });
    const browser = createBrowser({
      origin: ORIGIN,
      clock: session.clock,
      fetch: async (input, init) => handler(new Request(input, init)),
    });
    return { handler, browser };
  }

  const ask = async (browser: Browser, path: string, init?: RequestInit) => {
    const { status, body, headers } = await browser.request(path, init);
    return { status, headers, ...JSON.parse(body) };
  };

  it('a fetch handler signs in with the cookies of the Response', async () => {
    const { browser } = start();
    expect(await ask(browser, '/mine')).toMatchObject({ status: 401, reason: 'no_credentials' });
    const { status, setCookies } = await browser.post('/sign-in', { n: 1 });
    expect([status, setCookies.length]).toEqual([200, 3]);
    session.calls.length = 0;
    expect(await ask(browser, '/mine')).toMatchObject({ status: 200, username: 'ada' });
    expect(session.calls).toEqual([]);
  });

  it('a fetch handler transfers tokens in headers, but to no page (P7)', async () => {
    const { handler } = start({ headerTransfer: true });
    const send = (path: string, headers: object) =>
      handler(
        new Request(`${ORIGIN}${path}`, {
          headers: { 'x-latchkey-transfer': 'header', ...headers },
        }),
      );
    const signedIn = await send('/sign-in', {});
    const [access, refresh, username] = ['access-token', 'refresh-token', 'username'].map(
      (name) => signedIn.headers.get(`x-${name}`) ?? expect.unreachable(),
    );
    expect(signedIn.headers.getSetCookie()).toEqual([]);
    session.clock.advance(601);
    const held = { 'x-refresh-token': refresh, 'x-username': username };
    const mine = await send('/mine', { authorization: `Bearer ${access}`, ...held });
    expect([mine.status, mine.headers.get('x-refresh-token') === refresh]).toEqual([200, false]);
    const page = await send('/mine', { ...held, origin: ORIGIN });
    expect([page.status, ((await page.json()) as { reason: string }).reason]).toEqual([
      403,
      'header_transfer',
    ]);
    expect(page.headers.get('x-access-token')).toBeNull();
  });

  it.each([
    ['accepts', ['Multipart/Form-Data'], {}, 200],
    ['refuses by default', [], {}, 415],
    ['refuses from another site', ['multipart/form-data'], { origin: 'https://evil.example' }, 403],
  ])(
    '%s a form, given the accepted content types %j (C2)',
    async (_what, contentTypes, headers, status) => {
      const { browser } = start({ contentTypes });
      await browser.post('/sign-in', {});
      const form = { 'content-type': 'multipart/form-data; boundary=x', ...headers };
      const init = { method: 'POST', headers: form, body: '--x--' };
      expect((await browser.request('/mine', init)).status).toBe(status);
    },
  );

  it.each([false, true])(
    'sets each cookie Partitioned only if the option is on (C6): %s',
    async (partitioned) => {
      const { browser } = start({ cookies: { sameSite: 'none', partitioned } });
      await browser.request('/mine');
      await browser.post('/sign-in', {});
      const { setCookies } = await browser.post('/sign-out', {});
      for (const cookie of [...browser.received, ...setCookies])
        expect(/; Partitioned(;|$)/.test(cookie)).toBe(partitioned);
    },
  );

  it('a fetch handler refreshes an expired access token and injects the new one', async () => {
    const { browser } = start();
    await browser.post('/sign-in');
    const before = browser.cookies().get(names.accessToken);
    session.clock.advance(session.layer.options.accessTokenSeconds);
    const { username, cookieHeader, headers } = await ask(browser, '/mine');
    const after = browser.cookies().get(names.accessToken);
    expect([username, headers.get('cache-control')]).toEqual(['ada', 'no-store']);
    expect(after).not.toBe(before);
    expect(cookieHeader).toContain(`${names.accessToken}=${after}`);
  });

  it('a fetch handler injects the new access token into a query parameter', async () => {
    const { browser } = start({ accessTokenFrom: [fromQuery('token')] });
    await browser.post('/sign-in');
    session.clock.advance(session.layer.options.accessTokenSeconds);
    const { search } = await ask(browser, '/mine?page=2');
    expect(search).toBe(`?page=2&token=${browser.cookies().get(names.accessToken)}`);
  });

  it('a fetch handler signs out and expires the cookies', async () => {
    const { browser } = start();
    await browser.post('/sign-in');
    expect((await browser.request('/sign-out', { method: 'POST' })).status).toBe(200);
    expect(browser.cookies()).toEqual(new Map());
  });

  it("a fetch handler refuses a cross-site request before the app's code runs", async () => {
    const { browser } = start();
    await browser.post('/sign-in');
    const headers = { ...JSON_TYPE, origin: 'https://evil.example' };
    expect(await ask(browser, '/sign-out', { method: 'POST', headers, body: '{}' })).toMatchObject({
      status: 403,
      reason: 'cross_site',
    });
    expect(await ask(browser, '/mine')).toMatchObject({ username: 'ada' });
  });

  it('a fetch handler accepts the origin of its own host', async () => {
    const { browser } = start();
    const headers = { ...JSON_TYPE, origin: ORIGIN };
    expect((await ask(browser, '/sign-in', { method: 'POST', headers, body: '{}' })).status).toBe(
      200,
    );
  });

  const stream = (...parts: string[]) => new Blob(parts).stream();
  it.each([
    ['no body', null, 200, ''],
    ['an empty stream', () => stream(), 200, ''],
    ['a stream without a content type', () => stream('{"n":1}'), 415, undefined],
  ])('a fetch handler judges %s by its bytes', async (_title, body, status, read) => {
    const { handler } = start();
    const reply = await handler(
      new Request(`${ORIGIN}/sign-in`, {
        method: 'POST',
        ...(body && { body: body(), duplex: 'half' }),
      } as RequestInit),
    );
    expect([reply.status, ((await reply.json()) as { body?: string }).body]).toEqual([
      status,
      read,
    ]);
  });

  it('a fetch handler leaves a JSON body readable', async () => {
    const { browser } = start();
    const init = { method: 'POST', headers: JSON_TYPE, body: '{"n":1}' };
    expect(await ask(browser, '/sign-in', init)).toMatchObject({ status: 200, body: '{"n":1}' });
  });

  it('a fetch handler requires the CSRF token with SameSite=Lax, and sends it with each response', async () => {
    const { browser } = start({ cookies: { sameSite: 'lax' } });
    const { status, headers } = await browser.post('/sign-in');
    const token = headers.get('x-csrf-token') ?? '';
    expect([status, token]).toEqual([403, expect.stringMatching(/./)]);
    const again = await browser.request('/sign-in', {
      method: 'POST',
      headers: { ...JSON_TYPE, 'x-csrf-token': token },
      body: '{}',
    });
    expect(again.status).toBe(200);
  });
});

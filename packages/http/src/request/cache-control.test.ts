import { afterEach, expect, it } from 'vitest';
import { type HttpApp, startHttpApp } from '../testing/http-app.ts';

let app: HttpApp;
afterEach(() => app.close());

it("keeps a handler's Cache-Control unless the response sets cookies", async () => {
  app = await startHttpApp({
    arrange: (authenticate) => [
      authenticate,
      (_request, response, next) => {
        response.setHeader('cache-control', 'max-age=60');
        next();
      },
    ],
  });
  const browser = await app.signedIn();
  const ordinary = await browser.request('/dashboard');
  app.clock.advance(600);
  const refreshed = await browser.request('/dashboard');
  expect(
    [ordinary, refreshed].map(({ headers, setCookies }) => [
      headers.get('cache-control'),
      setCookies.length,
    ]),
  ).toEqual([
    ['max-age=60', 0],
    ['no-store', 3],
  ]);
});

it('sets no-store on responses with a CSRF token or its cookie (D8)', async () => {
  app = await startHttpApp({
    cookies: { sameSite: 'lax' },
    arrange: (authenticate) => [
      authenticate,
      (request, response, next) => {
        response.setHeader('cache-control', 'public, max-age=60');
        if (request.url === '/at-once')
          response.writeHead(200, { 'cache-control': 'public, max-age=60' }).end();
        else next();
      },
    ],
  });
  const browser = app.browser();
  for (const path of ['/session', '/at-once', '/session']) {
    const { headers } = await browser.request(path);
    expect([headers.has('x-csrf-token'), headers.get('cache-control')]).toEqual([true, 'no-store']);
  }
});

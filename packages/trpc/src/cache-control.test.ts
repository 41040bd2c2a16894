import { afterEach, expect, it } from 'vitest';
import { startTestApp, type TestApp } from './testing/test-app.ts';

let app: TestApp;
afterEach(() => app.close());

it("a handler's own Cache-Control stands, unless the response sets cookies", async () => {
  app = await startTestApp({
    arrange: ({ checkOrigin, readCredentials, refreshAndInject, authenticate }) => [
      checkOrigin,
      readCredentials,
      refreshAndInject,
      authenticate,
      (_request, response, next) => {
        response.setHeader('cache-control', 'max-age=60');
        next();
      },
    ],
  });
  const browser = await app.signedIn();
  const ordinary = await browser.request('/trpc/dashboard');
  app.clock.advance(600);
  const refreshed = await browser.request('/trpc/dashboard');
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

it('an answer that carries a CSRF token, or the cookie it is bound to, is no-store whatever its handler says (D8)', async () => {
  app = await startTestApp({
    cookies: { sameSite: 'lax' },
    arrange: (steps) => [
      ...Object.values(steps),
      (request, response, next) => {
        response.setHeader('cache-control', 'public, max-age=60');
        if (request.url === '/at-once')
          response.writeHead(200, { 'cache-control': 'public, max-age=60' }).end();
        else next();
      },
    ],
  });
  const browser = app.browser();
  for (const path of ['/trpc/auth.session', '/trpc/at-once', '/trpc/auth.session']) {
    const { headers } = await browser.request(path);
    expect([headers.has('x-csrf-token'), headers.get('cache-control')]).toEqual([true, 'no-store']);
  }
});

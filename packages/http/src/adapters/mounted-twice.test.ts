import { afterEach, describe, expect, it } from 'vitest';
import { latchkey } from '../adapters/node-middleware.ts';
import { type HttpApp, startHttpApp } from '../testing/http-app.ts';
import { sessionOf } from './middleware.ts';

let app: HttpApp;
afterEach(() => app.close());

describe('latchkey mounted twice (D10)', () => {
  it('latchkey mounted twice authenticates once, rotates once and sets each cookie once', async () => {
    app = await startHttpApp({
      options: { accessTokenSeconds: 60 },
      arrange: (authenticate) => [authenticate, authenticate],
    });
    const browser = await app.signedIn();
    app.clock.advance(60);
    app.decisions.length = 0;
    app.store.calls.length = 0;
    const { status, setCookies } = await browser.request('/dashboard');
    expect([status, setCookies.length, app.decisions.length]).toEqual([200, 3, 1]);
    expect(app.store.calls.filter((call) => call === 'rotate')).toHaveLength(1);
  });

  it('latchkey mounted twice sets one pre-session cookie, and the CSRF token bound to it', async () => {
    app = await startHttpApp({
      cookies: { sameSite: 'lax' },
      arrange: (authenticate) => [authenticate, authenticate],
    });
    const browser = app.browser();
    const { setCookies, headers } = await browser.request('/session');
    expect(setCookies).toHaveLength(1);
    const signIn = {
      method: 'POST',
      body: JSON.stringify({ username: 'bob', password: 'password' }),
    };
    const token = headers.get('x-csrf-token') ?? '';
    expect(
      (
        await browser.request('/login', {
          ...signIn,
          headers: { 'content-type': 'application/json', 'x-csrf-token': token },
        })
      ).status,
    ).toBe(200);
  });

  it('two Latchkey middlewares in one app set one pre-session cookie', async () => {
    const cookies = { sameSite: 'lax', hostPrefix: false } as const;
    app = await startHttpApp({
      cookies,
      arrange: (authenticate) => [
        authenticate,
        (...call) => latchkey({ layer: app.layer, cookies })(...call),
      ],
    });
    expect((await app.browser().request('/session')).setCookies).toHaveLength(1);
  });

  it("finds, by one copy of this package, the session that another copy's middleware kept (E3)", async () => {
    const path = './middleware.ts?copy';
    const copy = (await import(/* @vite-ignore */ path)) as typeof import('./middleware.ts');
    expect(copy.sessionOf).not.toBe(sessionOf);
    const found: boolean[] = [];
    app = await startHttpApp({
      arrange: (authenticate) => [
        authenticate,
        (request, _response, next) => {
          found.push(
            copy.sessionOf(request) === sessionOf(request),
            copy.earlierSession(request) !== null,
          );
          next();
        },
      ],
    });
    await app.browser().request('/session');
    expect(found).toEqual([true, true]);
  });

  it('authenticates once with two Latchkey middlewares in one app', async () => {
    const decisions: unknown[] = [];
    app = await startHttpApp({
      arrange: () => {
        const mount = () =>
          latchkey({ layer: app.layer, onDecision: (decision) => decisions.push(decision) });
        let mounted: ReturnType<typeof latchkey>[] | undefined;
        return [
          (request, response, next) => {
            mounted ??= [mount(), mount()];
            const [first, second] = mounted;
            first?.(request, response, (error) =>
              error === undefined ? second?.(request, response, next) : next(error),
            );
          },
        ];
      },
    });
    await app.browser().request('/session');
    expect(decisions).toHaveLength(1);
  });
});

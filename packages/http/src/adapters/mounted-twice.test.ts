import { afterEach, describe, expect, it } from 'vitest';
import { latchkey } from '../adapters/node-middleware.ts';
import { type HttpApp, startHttpApp } from '../testing/http-app.ts';

let app: HttpApp;
afterEach(() => app.close());

describe('latchkey mounted twice (D10)', () => {
  it('latchkey mounted twice authenticates once, rotates once and sets each cookie once', async () => {
    app = await startHttpApp({
      options: { accessTokenSeconds: 60 },
      arrange: (steps) => [...Object.values(steps), ...Object.values(steps)],
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
      arrange: (steps) => [...Object.values(steps), ...Object.values(steps)],
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

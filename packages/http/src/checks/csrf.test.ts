import { memorySessionStore, type SessionStore, StoreUnavailableError } from '@latchkey/core';
import { expect, it } from 'vitest';
import { startHttpApp } from '../testing/http-app.ts';

/** Creates a store whose next answer can be lost. */
function stumblingStore() {
  let stumbles = false;
  const store = new Proxy(memorySessionStore(), {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== 'function') return value;
      return (...parameters: unknown[]) => {
        if (!stumbles) return value.apply(target, parameters);
        stumbles = false;
        return Promise.reject(new StoreUnavailableError('stumbled'));
      };
    },
  }) satisfies SessionStore;
  return { store, stumble: () => (stumbles = true) };
}

it('answers 503 without a CSRF token while the store cannot identify the session', async () => {
  const { store, stumble } = stumblingStore();
  const app = await startHttpApp({ store, cookies: { sameSite: 'none' } });
  const browser = app.browser();
  const logIn = (token: string | null) =>
    browser.request('/login', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== null && { 'x-csrf-token': token }),
      },
      body: JSON.stringify({ username: 'bob', password: 'password' }),
    });
  const refused = await logIn(null);
  expect((await logIn(refused.headers.get('x-csrf-token'))).status).toBe(200);
  app.clock.advance(10_000);
  stumble();
  const reply = await logIn(null);
  expect([
    reply.status,
    JSON.parse(reply.body).reason,
    reply.setCookies,
    Number(reply.headers.get('retry-after')) > 0,
  ]).toEqual([503, 'store_unavailable', [], true]);
  await app.close();
});

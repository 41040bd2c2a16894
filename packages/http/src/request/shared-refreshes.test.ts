import { memorySessionStore } from '@latchkey/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Middleware } from '../adapters/middleware.ts';
import { type HttpApp, startHttpApp } from '../testing/http-app.ts';
import { DASHBOARD, options, REFRESH } from '../testing/rotation-app.ts';

let app: HttpApp;
let arrived = 0;
const store = memorySessionStore();
beforeEach(async () => {
  app = await startHttpApp({
    options,
    store,
    arrange(authenticate) {
      const count: Middleware = (_request, _response, next) => {
        arrived += 1;
        next();
      };
      return [count, authenticate];
    },
  });
});
afterEach(() => app.close());

it('a request that is aborted while its refresh is shared fails no other request', async () => {
  const cookies = (await app.signedIn()).cookies();
  app.clock.advance(600);
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const rotate = store.rotate;
  store.rotate = async (match, next) => {
    store.rotate = rotate;
    begun.resolve();
    await end.promise;
    return rotate(match, next);
  };
  const aborting = new AbortController();
  const headers = {
    cookie: `${REFRESH}=${cookies.get(REFRESH)}; X-Username=${cookies.get('X-Username')}`,
  };
  const ask = (signal?: AbortSignal) =>
    fetch(app.origin + DASHBOARD, { headers, ...(signal && { signal }) });

  arrived = 0;
  const first = ask(aborting.signal);
  await begun.promise;
  const late = [ask(), ask()];
  await expect.poll(() => arrived).toBe(3);
  aborting.abort();
  await expect(first).rejects.toThrow(/aborted/);
  end.resolve();
  for (const response of await Promise.all(late)) {
    expect(response.status).toBe(200);
    expect(response.headers.getSetCookie().map((cookie) => cookie.split('=')[0])).toContain(
      REFRESH,
    );
  }
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/test-app.ts';

let app: TestApp;
beforeEach(async () => {
  app = await startTestApp({ options: { accessTokenSeconds: 600 } });
});
afterEach(() => app.close());

describe('authRouter', () => {
  it('refreshes once for a batch of several auth.refresh calls', async () => {
    const browser = await app.signedIn();
    app.clock.advance(300);
    app.store.calls.length = 0;
    const reply = await browser.request('/trpc/auth.refresh,auth.refresh,auth.refresh?batch=1', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect([reply.status, reply.setCookies.length]).toEqual([200, 3]);
    expect(app.store.calls).toEqual(['rotate']);
  });

  it.each(['auth.refresh', 'auth.logout'])(
    'accepts a POST to %s without a body and without a content type',
    async (path) => {
      const browser = await app.signedIn();
      expect((await browser.request(`/trpc/${path}`, { method: 'POST' })).status).toBe(200);
    },
  );

  it('answers auth.refresh 401 without a refresh token and 403 with a refused one', async () => {
    const browser = await app.signedIn();
    browser.setCookie('X-Refresh-Token', 'garbage');
    const refused = await browser.post('/trpc/auth.refresh');
    browser.dropCookie('X-Refresh-Token');
    const missing = await browser.post('/trpc/auth.refresh');
    expect(
      [refused, missing].map(({ status, body }) => [status, JSON.parse(body).error.data.reason]),
    ).toEqual([
      [403, 'refresh_token_invalid'],
      [401, 'refresh_token_missing'],
    ]);
  });
});

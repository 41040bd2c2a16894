import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';
import { DEMO_ACCOUNTS } from '../accounts/demo-accounts.ts';

const PATHS: [string, string][] = [
  ['GET', '/__inspector/events'],
  ['GET', '/__inspector/trials/1'],
  ['POST', '/__inspector/expire'],
  ['POST', '/__inspector/theft'],
  ['POST', '/__inspector/skip'],
  ['POST', '/__inspector/settle'],
];

let app: TestServer;
beforeEach(async () => {
  app = await startApp({ session: { accessTokenSeconds: 60, graceSeconds: 15 } });
});
afterEach(() => app.close());

async function signedIn(username = 'bob'): Promise<Browser> {
  const browser = app.browser();
  await browser.post('/login', { username, password: 'password' });
  return browser;
}

describe("the inspector's paths", () => {
  it.each(PATHS)('answers 404 to %s %s in production, to every caller', async (method, path) => {
    await app.close();
    app = await startApp({
      httpsOnly: true,
      trustProxy: 1,
      variables: { COOKIE_HOST_PREFIX: 'false' },
    });
    const headers = { 'x-forwarded-proto': 'https', 'content-type': 'application/json' };
    const signIn = await fetch(`${app.origin}/login`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ username: 'admin', password: 'password' }),
    });
    const cookie = signIn.headers
      .getSetCookie()
      .map((header) => header.split(';')[0])
      .join('; ');
    expect(
      (await fetch(`${app.origin}/dashboard`, { headers: { ...headers, cookie } })).status,
    ).toBe(200);
    for (const accept of ['text/html', 'text/event-stream', '*/*']) {
      const reply = await fetch(app.origin + path, {
        method,
        headers: { ...headers, cookie, accept },
      });
      expect([reply.status, ((await reply.json()) as { reason: string }).reason]).toEqual([
        404,
        'not_found',
      ]);
    }
  });

  it.each(PATHS)('answers 404 to %s %s without demo accounts', async (method, path) => {
    const browser = await signedIn();
    for (const { username } of DEMO_ACCOUNTS)
      await app.users.remove((await app.users.findAccount(username))?.id ?? '');
    expect((await browser.request(path, { method })).status).toBe(404);
  });

  it('answers 404 to an unknown inspector path, not with a page', async () => {
    const browser = await signedIn();
    for (const [method, path] of [
      ['GET', '/__inspector/expire'],
      ['GET', '/__inspector'],
      ['POST', '/__inspector/events'],
    ] as const)
      expect(
        (await browser.request(path, { method, headers: { accept: 'text/html' } })).status,
      ).toBe(404);
  });
});

it("the inspector's stream ends with the cause and explanation of the receipt", async () => {
  const bob = await signedIn();
  const response = await bob.fetch(`${app.origin}/__inspector/events`);
  const stream = response.text();
  await bob.post('/logout');
  const text = await stream;
  expect(text).toContain('"events":[{"kind":"issued"');
  expect(text).toContain('data: {"kind":"revoked","reason":"signed_out"');
  expect(text).toContain(
    'event: ended\ndata: {"cause":"signed_out","explanation":"You signed out."}\n\n',
  );
});

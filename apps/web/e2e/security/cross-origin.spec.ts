import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../support/fixtures.ts';
import { startForeignServer } from '../support/foreign-page.ts';
import { startServer } from '../support/server.ts';

/**
 * A Chromium profile that sends cookies to another site ("Allow third-party cookies" in its
 * settings). Chromium 156 blocks them by default, and always in an incognito profile, as
 * Playwright's contexts are. A headless shell never blocks them.
 */
const THIRD_PARTY_COOKIES_ALLOWED = { profile: { cookie_controls_mode: 0 } };

test('a page of another site in PUBLIC_ORIGIN signs in, reads, changes and signs out with COOKIE_SAME_SITE=none', async ({
  playwright,
  launchOptions,
}, testInfo) => {
  const folder = testInfo.outputPath('profile');
  mkdirSync(join(folder, 'Default'), { recursive: true });
  writeFileSync(
    join(folder, 'Default', 'Preferences'),
    JSON.stringify(THIRD_PARTY_COOKIES_ALLOWED),
  );
  const profile = await playwright.chromium.launchPersistentContext(folder, launchOptions);
  const page = await profile.newPage();
  const spa = await startForeignServer();
  const spaOrigin = `http://127.0.0.1:${spa.port}`;
  const server = await startServer({
    variables: (origin) => ({ COOKIE_SAME_SITE: 'none', PUBLIC_ORIGIN: `${origin},${spaOrigin}` }),
  });
  await page.goto(spaOrigin);
  const told = await page.evaluate(async (api) => {
    const HEADER = 'x-csrf-token';
    let token = '';
    const post = async (path: string, body: unknown) => {
      const headers = { 'content-type': 'application/json', ...(token && { [HEADER]: token }) };
      const reply = await fetch(api + path, {
        method: 'POST',
        credentials: 'include',
        headers,
        body: JSON.stringify(body),
      });
      token = reply.headers.get(HEADER) ?? token;
      return reply.status;
    };
    const get = async (path: string) =>
      (await fetch(api + path, { credentials: 'include' })).status;
    const credentials = { username: 'bob', password: 'password' };
    return [
      await post('/login', credentials),
      await post('/login', credentials),
      await get('/dashboard'),
      await post('/refresh', {}),
      await post('/logout', {}),
      await get('/dashboard'),
    ];
  }, server.origin);
  expect(told).toEqual([403, 200, 200, 200, 200, 401]);
  await profile.close();
  await server.stop();
  await spa.close();
});

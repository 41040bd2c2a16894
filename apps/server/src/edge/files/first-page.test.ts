import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../../testing/start-app.ts';

const OPENED = {
  accept: 'text/html',
  'sec-fetch-dest': 'document',
  'sec-fetch-site': 'same-origin',
};

let app: TestServer;
let browser: Browser;
let webDist: string;
beforeEach(async () => {
  webDist = mkdtempSync(join(tmpdir(), 'latchkey-dist-'));
  writeFileSync(
    join(webDist, 'index.html'),
    '<!doctype html><html><head><script src="/a.js"></script></head><body></body></html>',
  );
  app = await startApp({ webDist, session: { accessTokenSeconds: 60 } });
  browser = app.browser();
});
afterEach(async () => {
  await app.close();
  rmSync(webDist, { recursive: true });
});

const signIn = (username = 'admin', password = 'password') =>
  browser.post('/login', { username, password });
const open = (headers: Record<string, string> = {}) =>
  browser.request('/account', { headers: { ...OPENED, ...headers } });
const known = (page: string) =>
  /<script type="application\/json" id="latchkey-session">(.*?)<\/script>/.exec(page)?.[1];

describe('the HTML page of a signed-in user', () => {
  it.each(['same-origin', 'none'])(
    'the HTML page contains the result of auth.session when opened from %s',
    async (site) => {
      await signIn();
      const page = await open({ 'sec-fetch-site': site });
      expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store']);
      const { result } = JSON.parse((await browser.request('/trpc/auth.session')).body);
      expect(JSON.parse(known(page.body) ?? '')).toEqual(result.data);
      expect(result.data.principal.username).toBe('admin');
    },
  );

  it('a request for the HTML page refreshes the session, and the page contains no token', async () => {
    await signIn();
    app.clock.advance(60);
    const page = await open();
    expect(JSON.parse(known(page.body) ?? '')).toMatchObject({
      refreshed: 'rotate',
      accessTokenSecondsLeft: 60,
      principal: { generation: 1 },
    });
    expect(page.setCookies.map((cookie) => cookie.split('=')[0])).toEqual([
      'X-Access-Token',
      'X-Refresh-Token',
      'X-Username',
    ]);
    for (const name of ['X-Access-Token', 'X-Refresh-Token'])
      expect(page.body).not.toContain(browser.cookies().get(name));
  });

  it.each([
    ['a frame', { 'sec-fetch-dest': 'iframe' }],
    ['a script', { 'sec-fetch-dest': 'empty' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling site', { 'sec-fetch-site': 'same-site' }],
    ['a browser that does not say', { 'sec-fetch-dest': '', 'sec-fetch-site': '' }],
  ])('the HTML page contains no session for %s', async (_name, headers) => {
    await signIn();
    app.clock.advance(60);
    const page = await open(headers);
    expect([page.status, page.headers.get('cache-control'), page.setCookies]).toEqual([
      200,
      'no-cache',
      [],
    ]);
    expect(page.body).not.toContain('admin');
  });
});

it('serves the same HTML page to all callers without a session', async () => {
  const page = await open();
  expect([page.status, page.headers.get('cache-control'), known(page.body)]).toEqual([
    200,
    'no-cache',
    undefined,
  ]);
});

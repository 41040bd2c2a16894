import { type Browser, createBrowser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoLayer } from '../testing/demo-layer.ts';
import { FRAMEWORKS, type Mine, type RunningServer } from '../testing/framework-servers.ts';

describe.each(Object.entries(FRAMEWORKS))('%s', (framework, start) => {
  let session: ReturnType<typeof demoLayer>;
  let server: RunningServer;
  let browser: Browser;
  beforeEach(async () => {
    session = demoLayer();
    server = await start(session.layer);
    browser = createBrowser({ origin: server.origin, clock: session.clock });
  });
  afterEach(() => server.close());

  const cookie = (name: string) => browser.cookies().get(name);
  const mine = async () => JSON.parse((await browser.request('/mine')).body) as Mine;
  const signIn = async () => expect((await browser.post('/sign-in')).status).toBe(200);

  it(`${framework} signs in with three cookies, and a valid access token reads no store`, async () => {
    expect((await browser.request('/mine')).status).toBe(401);
    await signIn();
    expect([...browser.cookies().keys()].sort()).toEqual([
      expect.stringContaining('Access-Token'),
      expect.stringContaining('Refresh-Token'),
      expect.stringContaining('Username'),
    ]);
    session.calls.length = 0;
    expect((await mine()).username).toBe('ada');
    expect(session.calls).toEqual([]);
  });

  it(`${framework} refreshes an expired access token inside the request and injects it`, async () => {
    await signIn();
    const before = new Map(browser.cookies());
    session.clock.advance(session.layer.options.accessTokenSeconds);
    const { username, cookieHeader } = await mine();
    expect(username).toBe('ada');
    for (const [name, value] of before)
      if (name.endsWith('-Token')) expect([name, cookie(name)]).not.toEqual([name, value]);
    const accessToken = [...browser.cookies().keys()].find((name) => name.endsWith('Access-Token'));
    expect(cookieHeader).toContain(`${accessToken}=${cookie(accessToken ?? '')}`);
  });

  it(`${framework} signs out by a POST without a body and expires the cookies`, async () => {
    await signIn();
    expect((await browser.request('/sign-out', { method: 'POST' })).status).toBe(200);
    expect(browser.cookies()).toEqual(new Map());
    expect((await browser.request('/mine')).status).toBe(401);
  });

  it(`${framework} refuses a cross-site request and a form, and changes nothing`, async () => {
    await signIn();
    const post = (headers: Record<string, string>, body = '{}') =>
      browser.request('/sign-out', { method: 'POST', headers, body });
    const json = 'application/json';
    expect((await post({ 'content-type': json, origin: 'https://evil.example' })).status).toBe(403);
    expect((await post({ 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
    expect((await mine()).username).toBe('ada');
  });
});

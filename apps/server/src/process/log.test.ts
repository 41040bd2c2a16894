import { type Browser, createBrowser } from '@latchkey/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../testing/start-app.ts';

let app: TestServer;
let browser: Browser;
beforeEach(async () => {
  app = await startApp({ session: { accessTokenSeconds: 60 } });
  browser = app.browser();
});
afterEach(() => app.close());

const signIn = (username: string, password = 'password') =>
  browser.post('/login', { username, password });

describe("the server's log", () => {
  const decisions = () => app.log().filter((line) => line.event === 'authentication');

  it('logs one line for each authentication decision, with reason and session', async () => {
    await browser.request('/dashboard');
    await signIn('bob');
    await browser.request('/dashboard');
    app.clock.advance(60);
    await browser.request('/dashboard?secret=1');
    expect(
      decisions().map(({ outcome, reason, decision, path, username }) => [
        outcome,
        reason ?? decision ?? null,
        path,
        username ?? null,
      ]),
    ).toEqual([
      ['anonymous', 'no_credentials', '/dashboard', null],
      ['anonymous', 'no_credentials', '/login', null],
      ['authenticated', null, '/dashboard', 'bob'],
      ['refreshed', 'rotate', '/dashboard', 'bob'],
    ]);
    expect(decisions().at(-1)?.sessionId).toMatch(/^[\w-]{22}$/);
  });

  it('the log contains no token or password, and no user agent can forge a line', async () => {
    const canary = 'canary-password';
    await browser.post('/login', { username: 'bob', password: canary });
    const malformed = await fetch(`${app.origin}/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"username":"bob","password":"${canary}"`,
    });
    expect(malformed.status).toBe(400);
    expect(app.log().filter((line) => line.level === 'error')).toEqual([]);
    await signIn('bob');
    const seen = [...browser.cookies().values()].filter((value) => value !== 'bob');
    app.clock.advance(60);
    await browser.request(`/dashboard?access_token=${seen[0]}`, {
      headers: { 'user-agent': 'a\t{"event":"forged"}' },
    });
    const evil = createBrowser({
      origin: app.origin,
      clock: app.clock,
      userAgent: 'x"}\t{"event":"forged"}',
    });
    await evil.request('/dashboard');
    seen.push(...browser.cookies().values());
    for (const secret of [canary, ...seen.filter((value) => value !== 'bob')])
      expect(app.rawLog()).not.toContain(secret);
    expect(app.log().filter((line) => line.event === 'forged')).toEqual([]);
  });
});

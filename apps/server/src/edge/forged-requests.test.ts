import type { Browser } from '@latchkey/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestServer } from '../testing/start-app.ts';

const HEADER = 'x-csrf-token';

const post = (browser: Browser, path: string, token: string | null, body: unknown = {}) =>
  browser.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== null && { [HEADER]: token }) },
    body: JSON.stringify(body),
  });
const CREDENTIALS = { username: 'bob', password: 'password' };

describe.each(['lax', 'none'])('CSRF tokens with SameSite=%s', (sameSite) => {
  let app: TestServer;
  beforeAll(async () => {
    app = await startApp({ variables: { COOKIE_SAME_SITE: sameSite } });
  });
  afterAll(() => app.close());

  /** Signs in as a web client does: the refusal of the first request brings the CSRF token. */
  async function signIn(browser = app.browser()) {
    const refused = await post(browser, '/login', null, CREDENTIALS);
    const accepted = await post(browser, '/login', refused.headers.get(HEADER), CREDENTIALS);
    return { browser, refused, accepted, token: accepted.headers.get(HEADER) ?? '' };
  }

  it('refuses a sign-in without a CSRF token, and sends a token with its cookie', async () => {
    const { refused, accepted } = await signIn();
    expect([refused.status, JSON.parse(refused.body).reason, refused.setCookies.length]).toEqual([
      403,
      'csrf_token',
      1,
    ]);
    expect(refused.setCookies[0]).toMatch(
      new RegExp(`^X-Pre-Session=.{24}; Path=/; HttpOnly; Secure; SameSite=${sameSite}$`, 'i'),
    );
    expect([
      accepted.status,
      accepted.setCookies.every((header) => header.toLowerCase().includes(`samesite=${sameSite}`)),
    ]).toEqual([200, true]);
  });

  it('a sign-in verifies only the first four pre-session cookies, and binds the CSRF token to the first', async () => {
    const { refused } = await signIn();
    const [own = ''] = refused.setCookies[0]?.split(';') ?? [];
    const token = refused.headers.get(HEADER) ?? '';
    const statusAfter = async (foreign: number) => {
      const cookie = [
        ...Array.from({ length: foreign }, (_, n) => `X-Pre-Session=foreign-${n}`),
        own,
      ].join('; ');
      const headers = { cookie, 'content-type': 'application/json', [HEADER]: token };
      return (
        await fetch(`${app.origin}/login`, {
          method: 'POST',
          headers,
          body: JSON.stringify(CREDENTIALS),
        })
      ).status;
    };
    expect([await statusAfter(0), await statusAfter(3), await statusAfter(4)]).toEqual([
      200, 200, 403,
    ]);
  });

  it('refuses the CSRF token of another anonymous browser', async () => {
    const attacker = await post(app.browser(), '/login', null, CREDENTIALS);
    const victim = app.browser();
    await post(victim, '/login', null, CREDENTIALS);
    expect((await post(victim, '/login', attacker.headers.get(HEADER), CREDENTIALS)).status).toBe(
      403,
    );
  });

  it.each(['/logout', '/refresh', '/trpc/auth.logout', '/trpc/auth.refresh'])(
    'POST %s requires the CSRF token of its own session',
    async (path) => {
      const { browser, token } = await signIn();
      const other = await signIn();
      for (const wrong of [
        null,
        '',
        'nonsense',
        other.token,
        other.refused.headers.get(HEADER),
        `${token}x`,
        token.slice(0, -2),
      ]) {
        const reply = await post(browser, path, wrong);
        const { reason, error } = JSON.parse(reply.body);
        expect([reply.status, reason ?? error.data.reason, reply.setCookies]).toEqual([
          403,
          'csrf_token',
          [],
        ]);
      }
      expect((await browser.request('/dashboard')).status).toBe(200);
      expect((await post(browser, path, token)).status).toBe(200);
    },
  );

  it('a response to a read contains the CSRF token, which stays valid through refreshes', async () => {
    const { browser, token } = await signIn();
    app.clock.advance(61);
    const read = await browser.request('/dashboard');
    expect(read.status).toBe(200);
    for (const held of [token, read.headers.get(HEADER)])
      expect((await post(browser, '/refresh', held)).status).toBe(200);
  });
});

describe('CSRF tokens with strict cookies', () => {
  it('with SameSite=strict, no CSRF token is sent or required', async () => {
    const app = await startApp();
    const browser = app.browser();
    const reply = await browser.post('/login', CREDENTIALS);
    expect([
      reply.status,
      reply.headers.get(HEADER),
      [...browser.cookies().keys()].includes('X-Pre-Session'),
    ]).toEqual([200, null, false]);
    await app.close();
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpApp, startHttpApp } from '../testing/http-app.ts';

const ACCESS = 'X-Access-Token';
const REFRESH = 'X-Refresh-Token';
const USERNAME = 'X-Username';
const DASHBOARD = '/dashboard';

let app: HttpApp;
beforeEach(async () => {
  app = await startHttpApp();
});
afterEach(() => app.close());

/**
 * Merges the cookies of several browsers into one Cookie header, as a sibling host can bring about.
 */
async function merged(names: readonly string[], usernames: readonly string[]): Promise<string> {
  const browsers = await Promise.all(usernames.map((username) => app.signedIn(username)));
  return browsers
    .flatMap((browser) => names.map((name) => `${name}=${browser.cookies().get(name)}`))
    .join('; ');
}
const ask = (cookie: string, init: RequestInit = {}) =>
  fetch(app.origin + (init.method === 'POST' ? '/refresh' : DASHBOARD), {
    ...init,
    headers: { cookie },
  });
const refusalOf = async (reply: Response) => [
  reply.status,
  JSON.parse(await reply.text()).reason,
  reply.headers.getSetCookie(),
];

describe('cookies of two users in one request', () => {
  it.each([
    ['with access tokens', [ACCESS]],
    ['with access tokens and all that refreshes', [ACCESS, REFRESH, USERNAME]],
    ['with refresh tokens only', [REFRESH, USERNAME]],
  ])(
    'refuses cookies of two users without a store read, and ends no session: %s',
    async (_title, names) => {
      const cookie = await merged(names, ['alice', 'bob']);
      app.store.calls.length = 0;
      expect(await refusalOf(await ask(cookie))).toEqual([401, 'ambiguous_session', []]);
      expect(app.store.calls).toEqual([]);
      expect(
        app.events.map(({ kind }) => kind).filter((kind) => /revoked|reuse/.test(kind)),
      ).toEqual([]);
      expect(app.events.filter(({ kind }) => kind === 'session.ambiguous')).toHaveLength(1);
      await ask(cookie);
      expect(app.events.filter(({ kind }) => kind === 'session.ambiguous')).toHaveLength(1);
    },
  );

  it('refuses an explicit refresh with cookies of two users', async () => {
    const cookie = await merged([REFRESH, USERNAME], ['alice', 'bob']);
    expect(await refusalOf(await ask(cookie, { method: 'POST' }))).toEqual([
      401,
      'ambiguous_session',
      [],
    ]);
  });
});

describe('cookies of two sessions of one user', () => {
  it('serves a request with cookies of two sessions of one user', async () => {
    expect((await ask(await merged([ACCESS, REFRESH, USERNAME], ['bob', 'bob']))).status).toBe(200);
    expect((await ask(await merged([REFRESH, USERNAME], ['bob', 'bob']))).status).toBe(200);
  });
});

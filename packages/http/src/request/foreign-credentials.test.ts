import { afterEach, expect, it } from 'vitest';
import {
  fromAuthorization,
  fromCookie,
  fromHeader,
  fromQuery,
  type TokenSource,
} from '../request/token-sources.ts';
import { type HttpApp, startHttpApp } from '../testing/http-app.ts';

const ACCESS = 'X-Access-Token';
/** Tokens that another issuer, such as a gateway, has signed. */
const FOREIGN = [
  { alg: 'RS256', kid: 'gateway' },
  { iss: 'https://gateway.example', exp: 9e9 },
]
  .map((part) => btoa(JSON.stringify(part)))
  .join('.');

let app: HttpApp;
afterEach(() => app.close());

/**
 * Sends a request whose access cookie has expired, and returns what handlers behind the middleware
 * find in it.
 */
async function refreshedWith(
  accessTokenFrom: readonly TokenSource[] | undefined,
  carry: (expired: string) => { headers?: Record<string, string>; query?: string },
) {
  let seen = { url: '', authorization: '', own: '' };
  app = await startHttpApp({
    ...(accessTokenFrom && { accessTokenFrom }),
    arrange: (authenticate) => [
      authenticate,
      ({ url = '', headers }, _response, next) => {
        seen = {
          url,
          authorization: headers.authorization ?? '',
          own: String(headers['x-api-token'] ?? ''),
        };
        next();
      },
    ],
  });
  const browser = await app.signedIn();
  const expired = browser.cookies().get(ACCESS) ?? '';
  app.clock.advance(600);
  const { headers = {}, query = '' } = carry(expired);
  const reply = await browser.request(`/dashboard${query}`, { headers });
  return { ...seen, status: reply.status, fresh: browser.cookies().get(ACCESS) ?? '', expired };
}

it.each([
  `Bearer ${FOREIGN}.c2ln`,
  'Bearer opaque',
  'Basic dXNlcjpwdw==',
  `DPoP ${FOREIGN}.c2ln`,
  'Signature keyId="a"',
])(
  "keeps another issuer's credential in Authorization beside a refresh (G1): %s",
  async (authorization) => {
    for (const sources of [undefined, [fromAuthorization()]]) {
      const seen = await refreshedWith(sources, () => ({ headers: { authorization } }));
      expect([seen.status, seen.authorization]).toEqual([200, authorization]);
      expect(`${seen.authorization}${seen.url}`).not.toContain(seen.fresh);
      await app.close();
    }
    app = await startHttpApp();
  },
);

it.each(['Bearer', 'bearer', 'BEARER'])(
  "replaces Latchkey's own token in Authorization, with the scheme in any case (G1): %s",
  async (scheme) => {
    const seen = await refreshedWith(undefined, (expired) => ({
      headers: { authorization: `${scheme} ${expired}` },
    }));
    expect([seen.status, seen.authorization]).toEqual([200, `Bearer ${seen.fresh}`]);
    expect(seen.fresh).not.toBe(seen.expired);
  },
);

it('keeps foreign values in other headers and query parameters beside a refresh (G1)', async () => {
  const sources = [fromHeader('X-Api-Token'), fromQuery('token'), fromCookie(ACCESS)];
  const theirs = await refreshedWith(sources, () => ({
    headers: { 'x-api-token': 'theirs' },
    query: '?token=theirs',
  }));
  expect(theirs).toMatchObject({
    status: 200,
    own: 'theirs',
    url: expect.stringContaining('token=theirs'),
  });
  await app.close();
  const ours = await refreshedWith(sources, (expired) => ({
    headers: { 'x-api-token': expired },
    query: `?token=${expired}`,
  }));
  expect(ours).toMatchObject({
    status: 200,
    own: ours.fresh,
    url: expect.stringContaining(`token=${ours.fresh}`),
  });
});

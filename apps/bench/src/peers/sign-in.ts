import { systemClock } from '@latchkey/core';
import { type Browser, createBrowser } from '@latchkey/core/testing';
import type { PeerKind } from './peer-process.ts';
import { PERSON } from './servers/peer-app.ts';

export const QUERY = '/trpc/hello';

type Headers = Readonly<Record<string, string>>;

/**
 * How a browser signs in to a contestant: the path, the body, and whether it then holds cookies or
 * a token to send.
 */
interface SignIn {
  readonly path: string;
  readonly body: object;
  readonly holds: 'cookies' | 'token';
}

const { name, email, password } = PERSON;
const OURS: SignIn = {
  path: '/trpc/auth.login',
  body: { username: name, password },
  holds: 'cookies',
};
const BETTER_AUTH: SignIn = {
  path: '/api/auth/sign-in/email',
  body: { email, password },
  holds: 'cookies',
};
const COOKIE: SignIn = { path: '/login', body: { password }, holds: 'cookies' };
const TOKEN: SignIn = { path: '/login', body: { password }, holds: 'token' };

const SIGN_INS: Record<Exclude<PeerKind, 'bare'>, SignIn> = {
  jsonwebtoken: TOKEN,
  'iron-session': COOKIE,
  'express-session-redis': COOKIE,
  'express-session-postgres': COOKIE,
  'better-auth': BETTER_AUTH,
  'better-auth-cached': BETTER_AUTH,
  'latchkey-hs256': OURS,
  'latchkey-es256': OURS,
  'latchkey-redis': OURS,
  dance: TOKEN,
};

const originOf = (port: number) => `http://127.0.0.1:${port}`;

export const browserFor = (port: number): Browser =>
  createBrowser({ origin: originOf(port), clock: systemClock });

/**
 * Signs a browser in through the contestant's own endpoint.
 *
 * @returns the access token that the page holds; empty if the contestant uses cookies alone
 * @throws Error if the sign-in was refused
 */
export async function signIn(
  kind: Exclude<PeerKind, 'bare'>,
  browser: Browser,
  port: number,
): Promise<string> {
  const { path, body, holds } = SIGN_INS[kind];
  const headers = { 'content-type': 'application/json', origin: originOf(port) };
  const reply = await browser.request(path, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  if (reply.status !== 200)
    throw new Error(`${kind} answered a sign-in with ${reply.status}: ${reply.body}`);
  return holds === 'token' ? accessTokenIn(reply.body) : '';
}

/**
 * Signs in once more, for a new session.
 *
 * @returns the headers for later queries
 */
export async function signedInHeaders(kind: PeerKind, port: number): Promise<Headers> {
  if (kind === 'bare') return {};
  const browser = browserFor(port);
  const accessToken = await signIn(kind, browser, port);
  return accessToken ? bearer(accessToken) : { cookie: browser.send(QUERY).cookieHeader };
}

export const bearer = (accessToken: string): Headers => ({
  authorization: `Bearer ${accessToken}`,
});

export const accessTokenIn = (body: string): string =>
  (JSON.parse(body) as { readonly accessToken: string }).accessToken;

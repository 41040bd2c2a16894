import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Browser,
  createBrowser,
  type SettableClock,
  settableClock,
} from '@latchkey/core/testing';
import { expect } from 'vitest';

const REFRESH_TOKEN = '__Host-X-Refresh-Token';
const ACCESS_TOKEN = '__Host-X-Access-Token';
const ACCESS_TOKEN_SECONDS = 600;
/** The real one: a test puts a browser in the place of the global. */
const send = globalThis.fetch;

/** A browser of a page's user, and the time by which its cookies expire. */
export interface Visitor {
  readonly origin: string;
  readonly browser: Browser;
  readonly clock: SettableClock;
  /** Lets the access token's cookie expire in this browser. */
  outliveAccessToken(): void;
}

/**
 * Waits until the server of a page listens, and opens a browser for it.
 *
 * @param headers headers that the browser adds to each request
 */
export async function visit(
  { server }: { server: Server },
  headers: Readonly<Record<string, string>> = {},
): Promise<Visitor> {
  if (!server.listening) await once(server, 'listening');
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const clock = settableClock(Date.now());
  const browser = createBrowser({
    origin,
    clock,
    fetch(to, init) {
      const all = new Headers(init?.headers);
      for (const [name, value] of Object.entries(headers)) all.set(name, value);
      return send(to, { ...init, headers: all });
    },
  });
  return {
    origin,
    browser,
    clock,
    outliveAccessToken() {
      clock.advance(ACCESS_TOKEN_SECONDS);
      expect(browser.cookies().has(ACCESS_TOKEN)).toBe(false);
    },
  };
}

/** The answer of a procedure. */
export interface Answer {
  readonly status: number;
  readonly data?: unknown;
  readonly message?: string;
  readonly reason?: string;
}

/** Calls a query, or a mutation with an input. */
export async function call(
  { browser }: Pick<Visitor, 'browser'>,
  path: string,
  input?: unknown,
): Promise<Answer> {
  const { status, body } = await (input === undefined
    ? browser.request(`/trpc/${path}`)
    : browser.post(`/trpc/${path}`, input));
  const { result, error } = JSON.parse(body);
  return error
    ? { status, message: error.message, reason: error.data.reason }
    : { status, data: result.data };
}

/** Signs in, outlives the access token, is refreshed within a request, and signs out. */
export async function walk(visitor: Visitor, signIn: unknown, auth = 'auth', query = 'mine') {
  const { browser, outliveAccessToken } = visitor;
  expect(await call(visitor, query)).toMatchObject({ status: 401, reason: 'no_credentials' });
  expect(await call(visitor, `${auth}.login`, signIn)).toMatchObject({ status: 200 });
  const refreshToken = browser.cookies().get(REFRESH_TOKEN);
  outliveAccessToken();
  const answer = await call(visitor, query);
  expect(answer.status).toBe(200);
  expect(browser.cookies().get(REFRESH_TOKEN)).not.toBe(refreshToken);
  const copy = browser.copy();
  expect(await call(visitor, `${auth}.logout`, {})).toMatchObject({ status: 200 });
  expect([...browser.cookies().keys()]).toEqual([]);
  expect((await call({ browser: copy }, query)).status).toBe(401);
  return answer.data;
}

import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { AnyClaims, SessionLayer, User } from '@latchkey/core';
import {
  type CookieOptionsInput,
  grantCookies,
  parseCookieOptions,
  sessionOf,
} from '@latchkey/http';
import { latchkey } from '../latchkey.ts';
import type { LatchkeyContext } from '../procedures/context.ts';

/** The options of {@link callerContext}. */
export interface CallerContextOptions<Claims extends AnyClaims = AnyClaims> {
  /** The server's session layer, or one of the test. */
  readonly layer: SessionLayer<Claims>;
  /** The caller; `null` for an anonymous one. */
  readonly user: User | null;
  /** The cookie options of the server under test. */
  readonly cookies?: CookieOptionsInput;
  readonly userAgent?: string;
}

/**
 * Creates the tRPC context of a user's request, without a server. The session is a real one in the
 * store, and the request, a GET of no browser, is authenticated by it.
 *
 * @throws StoreUnavailableError if the session cannot be stored
 * @example
 * import { callerContext } from '@latchkey/trpc/testing';
 *
 * const caller = router.createCaller(await callerContext({ layer, user }));
 * console.log(await caller.hello()); // 'Hello ada'
 */
export async function callerContext<Claims extends AnyClaims = AnyClaims>({
  layer,
  user,
  cookies,
  userAgent = 'Latchkey test caller',
}: CallerContextOptions<Claims>): Promise<LatchkeyContext<Claims>> {
  const request = new IncomingMessage(new Socket());
  Object.assign(request, {
    method: 'GET',
    url: '/',
    headers: { host: 'localhost', 'user-agent': userAgent },
  });
  if (user) {
    const grant = await layer.issue(user, { userAgent, ipAddress: null });
    request.headers.cookie = grantCookies(parseCookieOptions(cookies), grant, false)
      .map((cookie) => cookie.split(';', 1)[0])
      .join('; ');
  }
  const response = new ServerResponse(request);
  const authenticate = latchkey({ layer, ...(cookies && { cookies }) });
  await new Promise<void>((resolve, reject) => {
    authenticate(request, response, (error) => (error === undefined ? resolve() : reject(error)));
  });
  return { session: sessionOf(request) };
}

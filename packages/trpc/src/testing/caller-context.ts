import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { SessionLayer, User } from '@latchkey/core';
import {
  type CookieOptionsInput,
  grantCookies,
  parseCookieOptions,
  sessionOf,
} from '@latchkey/http';
import { latchkeySteps } from '../latchkey.ts';
import type { LatchkeyContext } from '../procedures/context.ts';

export interface CallerContextOptions {
  /** The server's own layer, or one of the test's. */
  readonly layer: SessionLayer;
  /** Who is calling; `null` for nobody. */
  readonly user: User | null;
  /** As the edge has them. */
  readonly cookies?: CookieOptionsInput;
  readonly userAgent?: string;
}

/**
 * The context of a request of somebody's, without a server: `router.createCaller(await
 * callerContext({ layer, user }))`. The session is a real one, and the request passes through the
 * steps that say who is calling. What guards the door of an HTTP server (origin, content type,
 * anti-forgery token) it does not pass.
 *
 * @throws StoreUnavailableError when the session cannot be stored
 */
export async function callerContext({
  layer,
  user,
  cookies,
  userAgent = 'Latchkey test caller',
}: CallerContextOptions): Promise<LatchkeyContext> {
  const request = new IncomingMessage(new Socket());
  Object.assign(request, {
    method: 'POST',
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
  const { readCredentials, authenticate } = latchkeySteps({ layer, ...(cookies && { cookies }) });
  for (const step of [readCredentials, authenticate]) step(request, response, throwIfGiven);
  return { session: sessionOf(request) };
}

function throwIfGiven(error?: unknown): void {
  if (error) throw error;
}

import type { ServerResponse } from 'node:http';
import type { AnyClaims } from '@latchkey/core';
import type { RequestSession } from '../request/request-session.ts';
import type { NodeRequest } from './node-exchange.ts';

/**
 * Middleware in the form that Express 4 and 5 and Connect share. A Fastify hook and a handler of
 * plain `node:http` can call it too.
 */
export type Middleware = (
  request: NodeRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** The property in which a request keeps its session: the same for every copy of this package. */
const SESSION: unique symbol = Symbol.for('latchkey.session');
type Passed = { [SESSION]?: RequestSession };

let hasWarned = false;

/**
 * Returns the session of a request that has passed `latchkey()`. Under Fastify, pass `request.raw`.
 * The type argument states the layer's claims.
 *
 * @throws Error if the request has not passed it
 * @example
 * import { refusal, sendError, sessionOf } from '@latchkey/http';
 *
 * app.get('/mine', (request, response) => {
 *   const { principal, outage } = sessionOf(request);
 *   if (!principal) return sendError(response, outage ?? refusal('no_credentials'));
 *   response.json({ username: principal.username });
 * });
 */
export function sessionOf<Claims extends AnyClaims = AnyClaims>(
  request: object,
): RequestSession<Claims> {
  const session = (request as Passed)[SESSION];
  if (!session) {
    const message =
      'This request did not pass latchkey(). Mount latchkey({ layer }) before its handler.';
    // The error may end as a masked 500, which names no cause.
    if (!hasWarned) process.emitWarning(message);
    hasWarned = true;
    throw new Error(message);
  }
  return session as RequestSession<Claims>;
}

/** Returns the session of a request that has been authenticated; else `null`. */
export function earlierSession(request: object): RequestSession | null {
  return (request as Passed)[SESSION] ?? null;
}

export function keepSession(request: object, session: RequestSession): void {
  (request as Passed)[SESSION] = session;
}

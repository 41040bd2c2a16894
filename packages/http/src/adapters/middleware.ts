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

/**
 * The property in which a request keeps its session and its authentication: the same for every copy
 * of this package.
 */
const SESSION: unique symbol = Symbol.for('latchkey.session');
const AUTHENTICATED: unique symbol = Symbol.for('latchkey.decided');
type Passed = { [SESSION]?: RequestSession; [AUTHENTICATED]?: true };

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

export function hasSession(request: object): boolean {
  return (request as Passed)[SESSION] !== undefined;
}

export function keepSession(request: object, session: RequestSession): void {
  (request as Passed)[SESSION] = session;
}

export function isAuthenticated(request: object): boolean {
  return (request as Passed)[AUTHENTICATED] === true;
}

export function markAuthenticated(request: object): void {
  (request as Passed)[AUTHENTICATED] = true;
}

/** Makes one middleware of several: each begins when the one before has called `next`. */
export function inOrder(steps: readonly Middleware[]): Middleware {
  return (request, response, next) => {
    let at = 0;
    const advance = (error?: unknown): void => {
      const step = error === undefined ? steps[at++] : undefined;
      if (step) step(request, response, advance);
      else next(error);
    };
    advance();
  };
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authentication } from '@latchkey/core';
import type { RequestSession } from '../request/request-session.ts';
import { type ExchangeResult, passExchange } from './authenticate-exchange.ts';
import { createEdge, type EdgeInput } from './edge.ts';
import { earlierSession, keepSession, type Middleware } from './middleware.ts';
import { NodeExchange } from './node-exchange.ts';
import { sendError } from './send-error.ts';

/** How a request was authenticated, for one line of an app's log. */
export interface AuthenticationDecision {
  readonly request: IncomingMessage;
  readonly authentication: Authentication;
  readonly session: RequestSession;
}

/** The options of {@link latchkey}. */
export interface LatchkeyOptions extends EdgeInput {
  /** Called once per request, after authentication. */
  readonly onDecision?: (decision: AuthenticationDecision) => void;
  /** Answers a refused request; by default as JSON ({@link sendError}). */
  readonly sendError?: (response: ServerResponse, error: unknown) => void;
}

/**
 * Creates the middleware that authenticates requests. Its steps: `origin → content type →
 * credentials → keys → refresh and inject → authenticate → CSRF token`. An anonymous request
 * passes: the route that needs a caller refuses it. A refused request is answered here, and `next`
 * is not called. A valid access token reads no store. Mounted twice, it authenticates once.
 *
 * @throws OptionsError listing every fault of the cookie options or of `allowedOrigins`
 * @example
 * import { createServer } from 'node:http';
 * import { latchkey, sendError, sessionOf } from '@latchkey/http';
 *
 * const authenticate = latchkey({ layer });
 * app.use(authenticate); // Express 4 and 5
 * createServer((request, response) =>
 *   authenticate(request, response, (error) => {
 *     if (error !== undefined) return sendError(response, error);
 *     response.end(sessionOf(request).principal?.username ?? 'not signed in');
 *   }),
 * );
 * // Fastify: addHook('onRequest', ({ raw }, reply, done) => authenticate(raw, reply.raw, done))
 */
export function latchkey({
  onDecision,
  sendError: answer = sendError,
  ...input
}: LatchkeyOptions): Middleware {
  const edge = createEdge(input);
  return (request, response, next) => {
    const keep = (session: RequestSession) => {
      keepSession(request, session);
      onDecision?.({ request, authentication: session.authentication, session });
    };
    const finish = (result: ExchangeResult) => {
      if (result.kind === 'passed') next();
      else if (result.kind === 'refused') answer(response, result.error);
      else response.writeHead(204).end();
    };
    const exchange = new NodeExchange(request, response);
    const result = passExchange(edge, exchange, earlierSession(request), keep);
    if (result instanceof Promise) result.then(finish, next);
    else finish(result);
  };
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authentication } from '@latchkey/core';
import { hasAcceptableContentType } from '../checks/content-type.ts';
import { isSameOrigin } from '../checks/same-origin.ts';
import { refusal } from '../errors.ts';
import { headerTransferFault } from '../request/header-transfer.ts';
import { RequestSession } from '../request/request-session.ts';
import { permitOrigins } from './cors.ts';
import { createEdge, type EdgeInput } from './edge.ts';
import {
  hasSession,
  inOrder,
  isAuthenticated,
  keepSession,
  type Middleware,
  markAuthenticated,
  sessionOf,
} from './middleware.ts';
import { NodeExchange } from './node-exchange.ts';
import { sendError } from './send-error.ts';
import { tracedAuthentication } from './traced-middleware.ts';

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

/** The steps of {@link latchkey}, in the order they must run. */
export interface LatchkeySteps {
  readonly checkOrigin: Middleware;
  readonly checkContentType: Middleware;
  readonly readCredentials: Middleware;
  readonly findKeys: Middleware;
  readonly refreshAndInject: Middleware;
  readonly authenticate: Middleware;
  readonly checkCsrfToken: Middleware;
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
export function latchkey(options: LatchkeyOptions): Middleware {
  const steps = latchkeySteps(options);
  const authenticated = tracedAuthentication(
    inOrder([steps.readCredentials, steps.findKeys, steps.refreshAndInject, steps.authenticate]),
    sessionOf,
  );
  const once: Middleware = (request, response, next) =>
    isAuthenticated(request) ? next() : authenticated(request, response, next);
  return inOrder([steps.checkOrigin, steps.checkContentType, once, steps.checkCsrfToken]);
}

/**
 * Creates the steps of {@link latchkey} one by one, for pipelines that put something in between.
 *
 * @throws OptionsError as {@link latchkey} does
 * @example
 * import { latchkeySteps } from '@latchkey/http';
 *
 * const { checkOrigin, checkContentType, ...authentication } = latchkeySteps({ layer });
 * app.use(checkOrigin, checkContentType, (request, _response, next) => {
 *   console.log(request.method, request.url);
 *   next();
 * });
 * app.use(...Object.values(authentication));
 */
export function latchkeySteps({
  onDecision,
  sendError: answer = sendError,
  ...input
}: LatchkeyOptions): LatchkeySteps {
  const edge = createEdge(input);
  const { origins, csrf } = edge;

  return {
    checkOrigin(request, response, next) {
      const exchange = new NodeExchange(request, response);
      const { allowed } = origins;
      if (permitOrigins(exchange, allowed, edge.corsHeaders) && allowed.length > 0)
        response.writeHead(204).end();
      else if (!isSameOrigin(exchange, origins)) answer(response, refusal('cross_site'));
      else {
        const fault = headerTransferFault(edge, exchange);
        if (fault) answer(response, fault);
        else next();
      }
    },

    checkContentType(request, response, next) {
      const pass = (isAcceptable: boolean) => {
        if (isAcceptable) next();
        else answer(response, refusal('unsupported_media_type'));
      };
      hasAcceptableContentType(new NodeExchange(request, response), pass, edge.contentTypes);
    },

    readCredentials(request, response, next) {
      if (!hasSession(request))
        keepSession(request, new RequestSession(edge, new NodeExchange(request, response)));
      next();
    },

    findKeys(request, _response, next) {
      const found = sessionOf(request).findKeys();
      if (found) found.then(() => next(), next);
      else next();
    },

    refreshAndInject(request, _response, next) {
      const session = sessionOf(request);
      if (session.needsStore()) session.refreshAndInject().then(() => next(), next);
      else next();
    },

    authenticate(request, _response, next) {
      if (!isAuthenticated(request)) {
        const session = sessionOf(request);
        markAuthenticated(request);
        session.authenticate();
        onDecision?.({ request, authentication: session.authentication, session });
      }
      next();
    },

    checkCsrfToken(request, response, next) {
      if (!csrf) return next();
      const session = sessionOf(request);
      const exchange = new NodeExchange(request, response);
      csrf.attachToken(exchange, session);
      if (csrf.admits(exchange, session)) next();
      else answer(response, session.outage ?? refusal('csrf_token'));
    },
  };
}

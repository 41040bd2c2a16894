import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authentication, SessionLayer } from '@latchkey/core';
import { hasAcceptableContentType } from '../checks/content-type.ts';
import { csrfCheck } from '../checks/csrf.ts';
import { isSameOrigin, parseOrigins, VARIES_ON } from '../checks/same-origin.ts';
import { refusal } from '../errors.ts';
import { type CookieOptionsInput, cookieNames, parseCookieOptions } from '../request/cookies.ts';
import type { DeviceTokens } from '../request/device-tokens.ts';
import { defaultSources } from '../request/edge-options.ts';
import { RequestSession } from '../request/request-session.ts';
import type { TokenSource } from '../request/token-sources.ts';
import { NodeExchange, type NodeRequest } from './node-exchange.ts';
import { sendError } from './send-error.ts';
import { tracedAuthentication } from './traced-middleware.ts';

/**
 * Middleware in the form that Express 4 and 5, Connect and Fastify's middie share; plain
 * `node:http` calls it too.
 */
export type Middleware = (
  request: NodeRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** What a request's credentials came to, for one line of the log. */
export interface AuthenticationDecision {
  readonly request: IncomingMessage;
  readonly authentication: Authentication;
  readonly session: RequestSession;
}

export interface LatchkeyOptions {
  readonly layer: SessionLayer;
  readonly cookies?: CookieOptionsInput;
  /**
   * Where access tokens are looked for: by default the cookie, then `Authorization: Bearer`. The
   * first is where a refresh injects.
   */
  readonly accessTokenFrom?: readonly TokenSource[];
  /**
   * Origins whose pages may call, exact: `https://app.example.com`. The list is complete: name the
   * server's own origin too (or see `trustHost`).
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * Whether the origin made of a request's own scheme and `Host` may call besides `allowedOrigins`.
   * The scheme is that of the socket, or what Express's `trust proxy` vouches for. By default only
   * without `allowedOrigins`; true beside a list is for development, where ports vary.
   */
  readonly trustHost?: boolean;
  /**
   * Lets `session.actions.deviceOf` know the devices that a person signed in from before: sign-ins
   * set one more cookie then.
   */
  readonly devices?: DeviceTokens;
  /** Called once per request, after authentication. */
  readonly onDecision?: (decision: AuthenticationDecision) => void;
  /** Answers a refused request; by default as JSON ({@link sendError}). */
  readonly sendError?: (response: ServerResponse, error: unknown) => void;
}

/** The steps of the request path, in the order they must run. */
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
 * Where a request keeps its session, and that its caller has been authenticated: the same places
 * for every copy of this package.
 */
const SESSION: unique symbol = Symbol.for('latchkey.session');
const DECIDED: unique symbol = Symbol.for('latchkey.decided');
type Passed = { [SESSION]?: RequestSession; [DECIDED]?: true };

/**
 * The session of a request that has passed through the middleware.
 *
 * @throws Error when it has not: a wiring mistake
 */
export function sessionOf(request: object): RequestSession {
  const session = (request as Passed)[SESSION];
  if (!session)
    throw new Error(
      'This request did not pass through Latchkey: app.use(latchkey({ layer })) must come before what asks for its session.',
    );
  return session;
}

/**
 * The middleware that goes in front of whatever needs to know who is calling: `origin → content
 * type → credentials → keys → refresh and inject → authenticate → CSRF token`. Mounted twice, it
 * authenticates once. A valid access token costs no store access; a failed refresh changes nothing,
 * and the caller is refused later, by the route that needs one.
 *
 * @example
 * app.use(latchkey({ layer }));
 * app.get('/mine', (request, response) => response.json(sessionOf(request).principal));
 * @throws OptionsError listing every fault of the cookie options or of `allowedOrigins`
 */
export function latchkey(options: LatchkeyOptions): Middleware {
  const steps = latchkeySteps(options);
  const {
    checkOrigin,
    checkContentType,
    readCredentials,
    findKeys,
    refreshAndInject,
    authenticate,
  } = steps;
  const authenticated = tracedAuthentication(
    inOrder([readCredentials, findKeys, refreshAndInject, authenticate]),
    sessionOf,
  );
  const once: Middleware = (request, response, next) =>
    (request as Passed)[DECIDED] ? next() : authenticated(request, response, next);
  return inOrder([checkOrigin, checkContentType, once, steps.checkCsrfToken]);
}

/** One middleware made of several: each begins when the one before has called `next`. */
function inOrder(steps: readonly Middleware[]): Middleware {
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

/** The same steps one by one, for pipelines that put something in between. */
export function latchkeySteps({
  layer,
  cookies: input,
  accessTokenFrom,
  allowedOrigins = [],
  trustHost = allowedOrigins.length === 0,
  devices,
  onDecision,
  sendError: answer = sendError,
}: LatchkeyOptions): LatchkeySteps {
  const cookies = parseCookieOptions(input);
  const origins = { allowed: parseOrigins('allowedOrigins', allowedOrigins), trustHost };
  /** Cookies that come with no other site's requests need no token. */
  const csrf = cookies.sameSite === 'strict' ? null : csrfCheck(layer, cookies);
  const sources = accessTokenFrom ?? defaultSources(cookies);
  const edge = { layer, cookies, names: cookieNames(cookies), sources, devices: devices ?? null };

  return {
    checkOrigin(request, response, next) {
      const exchange = new NodeExchange(request, response);
      exchange.appendToList('vary', VARIES_ON);
      if (isSameOrigin(exchange, origins)) next();
      else answer(response, refusal('cross_site'));
    },

    checkContentType(request, response, next) {
      hasAcceptableContentType(new NodeExchange(request, response), (isAcceptable) => {
        if (isAcceptable) next();
        else answer(response, refusal('unsupported_media_type'));
      });
    },

    readCredentials(request, response, next) {
      (request as Passed)[SESSION] ??= new RequestSession(
        edge,
        new NodeExchange(request, response),
      );
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
      const session = sessionOf(request);
      if (!(request as Passed)[DECIDED]) {
        (request as Passed)[DECIDED] = true;
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

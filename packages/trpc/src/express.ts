import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authentication, Client, DeviceTokens, SessionLayer } from '@latchkey/core';
import type { AccessTokenSource } from './access-token-source.ts';
import { antiForgeryCheck } from './anti-forgery-check.ts';
import { isJsonOrNothing } from './content-type-check.ts';
import { type CookieOptionsInput, parseCookieOptions } from './cookies.ts';
import { defaultSources } from './edge-options.ts';
import { refuse } from './errors.ts';
import { type OpenStreams, openStreams } from './open-streams.ts';
import { isOwnOrigin, VARIES_ON } from './origin-check.ts';
import { RequestSession } from './request-session.ts';
import { sendError } from './send-error.ts';
import { tracedAuthentication } from './tracing.ts';

/** Express's request, as far as this file looks; plain Node requests fit too. */
type Request = IncomingMessage & { ip?: string | undefined };
export type Step = (request: Request, response: ServerResponse, next: (error?: unknown) => void) => void;

/** One line of the log: what a request's credentials came to. */
export interface AuthenticationDecision {
  readonly request: IncomingMessage;
  readonly authentication: Authentication;
  readonly session: RequestSession;
}

export interface LatchkeyOptions {
  readonly layer: SessionLayer;
  readonly cookies?: CookieOptionsInput;
  /** Where access tokens are looked for: by default the cookie, then `Authorization: Bearer`. The first is where a refresh injects. */
  readonly accessTokenFrom?: readonly AccessTokenSource[];
  /** Origins besides the server's own whose pages may send requests that change something. */
  readonly allowedOrigins?: readonly string[];
  /** Where the tRPC endpoint is, for refusals in the form that tRPC's clients read: needed only where no segment of its path is `trpc`. */
  readonly trpcPath?: string;
  /** What stays open beyond its request, and how much of it may; by default 5,000 streams, 20 of one user. Share it with `latchkeyWebSocket`. */
  readonly streams?: OpenStreams;
  /** Lets `session.deviceOf` know the devices that somebody signed in from before: sign-ins set a fourth cookie then. */
  readonly devices?: DeviceTokens;
  /** Called once per request, after authentication. */
  readonly onDecision?: (decision: AuthenticationDecision) => void;
}

/** The steps of the request path, in the order they must run. */
export interface LatchkeySteps {
  readonly checkOrigin: Step;
  readonly checkContentType: Step;
  readonly readCredentials: Step;
  readonly findKeys: Step;
  readonly refreshAndInject: Step;
  readonly authenticate: Step;
  readonly checkAntiForgeryToken: Step;
}

/** Where a request keeps its session: the same place for every copy of this package. */
const SESSION: unique symbol = Symbol.for('latchkey.session');
type Passed = { [SESSION]?: RequestSession };

/**
 * The session of a request that has passed through the steps.
 *
 * @throws Error when it has not: a wiring mistake
 */
export function sessionOf(request: object): RequestSession {
  const session = (request as Passed)[SESSION];
  if (!session) throw new Error('This request did not pass through Latchkey: app.use(latchkey({ layer })) must come before what asks for its session.');
  return session;
}

/**
 * The middleware an Express app mounts in front of whatever needs to know who is calling:
 * `origin → content type → cookies → keys → refresh and inject → authenticate → anti-forgery token`. Mounting it twice does no harm. A valid access token costs no store access;
 * a failed refresh changes nothing and is answered later, by whatever procedure refuses the anonymous caller.
 *
 * @throws OptionsError listing every fault of the cookie options
 */
export function latchkey(options: LatchkeyOptions): Step {
  const { checkOrigin, checkContentType, readCredentials, findKeys, refreshAndInject, authenticate, checkAntiForgeryToken } = latchkeySteps(options);
  const whoIsCalling = tracedAuthentication(inOrder([readCredentials, findKeys, refreshAndInject, authenticate]), sessionOf);
  return inOrder([checkOrigin, checkContentType, whoIsCalling, checkAntiForgeryToken]);
}

/** One step made of several: each begins when the one before has called `next`. */
function inOrder(steps: readonly Step[]): Step {
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
  trpcPath,
  streams = openStreams(undefined, layer.clock),
  devices,
  onDecision,
}: LatchkeyOptions): LatchkeySteps {
  const cookies = parseCookieOptions(input);
  /** Cookies that come along with no other site's requests need none. */
  const antiForgery = cookies.sameSite === 'strict' ? null : antiForgeryCheck(layer, cookies);
  const answer = (response: ServerResponse, error: unknown) => sendError(response, error, { trpcPath });
  const edge = { layer, cookies, sources: accessTokenFrom ?? defaultSources(cookies), clientOf, streams, devices: devices ?? null };

  return {
    checkOrigin(request, response, next) {
      response.setHeader('vary', VARIES_ON);
      if (isOwnOrigin(request, allowedOrigins)) next();
      else answer(response, refuse('cross_site'));
    },

    checkContentType(request, response, next) {
      if (isJsonOrNothing(request)) next();
      else answer(response, refuse('unsupported_media_type'));
    },

    readCredentials(request, response, next) {
      (request as Passed)[SESSION] ??= new RequestSession(edge, request, response);
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
      session.authenticate();
      onDecision?.({ request, authentication: session.authentication, session });
      next();
    },

    checkAntiForgeryToken(request, response, next) {
      if (!antiForgery) return next();
      const session = sessionOf(request);
      antiForgery.handOut(request, response, session);
      if (antiForgery.admits(request, session)) next();
      else answer(response, session.outage ?? refuse('anti_forgery_token'));
    },
  };
}

const MAX_DESCRIPTION = 512;

/** `ip` is Express's, which knows about trusted proxies. Both values are descriptive and cut to a length stores can keep. */
function clientOf(request: Request): Client {
  return {
    userAgent: request.headers['user-agent']?.slice(0, MAX_DESCRIPTION) ?? null,
    ipAddress: (request.ip ?? request.socket?.remoteAddress)?.slice(0, MAX_DESCRIPTION) ?? null,
  };
}

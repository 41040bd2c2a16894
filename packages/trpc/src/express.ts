import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authentication, Client, DeviceTokens, SessionLayer } from '@latchkey/core';
import onHeaders from 'on-headers';
import type { AccessTokenSource } from './access-token-source.ts';
import { csrfCheck } from './anti-forgery-check.ts';
import { checkContentType } from './content-type-check.ts';
import { type CookieOptionsInput, parseCookieOptions } from './cookies.ts';
import { defaultSources } from './edge-options.ts';
import { refuse } from './errors.ts';
import { clientAddress, type ForwardedRequest } from './forwarded.ts';
import { appendToList } from './list-header.ts';
import { type OpenStreams, openStreams } from './open-streams.ts';
import { isSameOrigin, parseOrigins, VARIES_ON } from './origin-check.ts';
import { RequestSession } from './request-session.ts';
import { sendError } from './send-error.ts';
import { tracedAuthentication } from './tracing.ts';

/** Express's request, as far as this file looks; plain Node requests fit too. */
type Request = IncomingMessage & ForwardedRequest;
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
  /** Origins whose pages may call, exact: `https://app.example.com`. The list is complete: name the server's own origin too (or see `trustHost`). */
  readonly allowedOrigins?: readonly string[];
  /** Where the tRPC endpoint is, for refusals in the form that tRPC's clients read: needed only where no segment of its path is `trpc`. */
  readonly trpcPath?: string;
  /**
   * Whether the origin made of a request's own scheme and `Host` may call besides `allowedOrigins`. The scheme is that of the socket, or what Express's
   * `trust proxy` vouches for. By default only without `allowedOrigins`; true beside a list is for development, where ports vary.
   */
  readonly trustHost?: boolean;
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
  readonly checkCsrfToken: Step;
}

/** Where a request keeps its session, and that its caller has been authenticated: the same places for every copy of this package. */
const SESSION: unique symbol = Symbol.for('latchkey.session');
const DECIDED: unique symbol = Symbol.for('latchkey.decided');
type Passed = { [SESSION]?: RequestSession; [DECIDED]?: true };

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
 * `origin → content type → cookies → keys → refresh and inject → authenticate → anti-forgery token`. Mounted twice, it authenticates once. A valid access token costs no store access;
 * a failed refresh changes nothing and is answered later, by whatever procedure refuses the anonymous caller.
 *
 * @throws OptionsError listing every fault of the cookie options or of `allowedOrigins`
 */
export function latchkey(options: LatchkeyOptions): Step {
  const { checkOrigin, checkContentType, readCredentials, findKeys, refreshAndInject, authenticate, checkCsrfToken } = latchkeySteps(options);
  const whoIsCalling = tracedAuthentication(inOrder([readCredentials, findKeys, refreshAndInject, authenticate]), sessionOf);
  const whoIsCallingOnce: Step = (request, response, next) => ((request as Passed)[DECIDED] ? next() : whoIsCalling(request, response, next));
  return inOrder([checkOrigin, checkContentType, whoIsCallingOnce, checkCsrfToken]);
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
  trustHost = allowedOrigins.length === 0,
  streams = openStreams(undefined, layer.clock),
  devices,
  onDecision,
}: LatchkeyOptions): LatchkeySteps {
  const cookies = parseCookieOptions(input);
  const origins = { allowed: parseOrigins('allowedOrigins', allowedOrigins), trustHost };
  /** Cookies that come along with no other site's requests need none. */
  const csrf = cookies.sameSite === 'strict' ? null : csrfCheck(layer, cookies);
  const answer = (response: ServerResponse, error: unknown) => sendError(response, error, { trpcPath });
  const edge = { layer, cookies, sources: accessTokenFrom ?? defaultSources(cookies), clientOf, streams, devices: devices ?? null };

  return {
    checkOrigin(request, response, next) {
      varyOnOrigin(response);
      if (isSameOrigin(request, origins)) next();
      else answer(response, refuse('cross_site'));
    },

    checkContentType(request, response, next) {
      checkContentType(request, (isAcceptable) => {
        if (isAcceptable) next();
        else answer(response, refuse('unsupported_media_type'));
      });
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
      csrf.handOut(request, response, session);
      if (csrf.admits(request, session)) next();
      else answer(response, session.outage ?? refuse('csrf_token'));
    },
  };
}

/** Kept until the headers are written: tRPC replaces `Vary` by its own (`responseMeta`). */
function varyOnOrigin(response: ServerResponse): void {
  const earlier = response.getHeader('vary');
  appendToList(response, 'vary', VARIES_ON);
  if (earlier !== undefined && earlier !== VARIES_ON) onHeaders(response, () => appendToList(response, 'vary', String(earlier)));
}

const MAX_DESCRIPTION = 512;

/** The user agent is descriptive, and cut to a length that stores can keep. */
function clientOf(request: Request): Client {
  return { userAgent: request.headers['user-agent']?.slice(0, MAX_DESCRIPTION) ?? null, ipAddress: clientAddress(request) };
}

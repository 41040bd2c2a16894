import type { IncomingMessage } from 'node:http';
import {
  type LatchkeyOptions as HttpOptions,
  latchkey as httpLatchkey,
  latchkeySteps as httpSteps,
  isUnsafeMethod,
  type LatchkeySteps,
  type Middleware,
  sessionOf,
} from '@latchkey/http';
import { sendError } from './procedures/send-error.ts';
import { shareStreams } from './streams/session-streams.ts';
import { type StreamRegistry, streamRegistry } from './streams/stream-registry.ts';

/** The options of {@link latchkey}: those of `@latchkey/http`, and two for tRPC. */
export interface LatchkeyOptions extends HttpOptions {
  /**
   * The path of the tRPC endpoint, whose refusals have tRPC's shape. Needed only if no segment of
   * the path is `trpc`.
   */
  readonly trpcPath?: string;
  /**
   * The registry of open streams. By default each middleware has one of 5,000 streams, 20 per user;
   * share one with `latchkeyWebSocket`.
   */
  readonly streams?: StreamRegistry;
}

/**
 * Creates the middleware of `@latchkey/http` for apps with tRPC: refusals have tRPC's shape under
 * tRPC paths, and open subscriptions end with their session.
 *
 * @throws OptionsError listing every fault of the cookie options or of `allowedOrigins`
 * @example
 * import { createLatchkeyContext, latchkey, responseMeta } from '@latchkey/trpc';
 * import { createExpressMiddleware } from '@trpc/server/adapters/express';
 *
 * const createContext = createLatchkeyContext;
 * app.use(latchkey({ layer }));
 * app.use('/trpc', createExpressMiddleware({ router, createContext, responseMeta }));
 */
export function latchkey(options: LatchkeyOptions): Middleware {
  return sharingStreams(statingJson(httpLatchkey(forTrpc(options))), options);
}

/**
 * Creates the steps of {@link latchkey} one by one, for pipelines that put something in between.
 *
 * @throws OptionsError as {@link latchkey} does
 * @example
 * import { latchkeySteps } from '@latchkey/trpc';
 *
 * const { checkOrigin, checkContentType, ...authentication } = latchkeySteps({ layer });
 * app.use(checkOrigin, checkContentType, (request, _response, next) => {
 *   console.log(request.method, request.url);
 *   next();
 * });
 * app.use(...Object.values(authentication));
 */
export function latchkeySteps(options: LatchkeyOptions): LatchkeySteps {
  const steps = httpSteps(forTrpc(options));
  return {
    ...steps,
    checkContentType: statingJson(steps.checkContentType),
    readCredentials: sharingStreams(steps.readCredentials, options),
  };
}

function forTrpc(given: LatchkeyOptions): HttpOptions {
  const { trpcPath, streams: _, ...options } = given;
  return { sendError: (response, error) => sendError(response, error, { trpcPath }), ...options };
}

/**
 * Gives a POST without a content type the type of JSON, which tRPC requires. Such a request has
 * passed the check, so its body is empty.
 */
function statingJson(middleware: Middleware): Middleware {
  return (request, response, next) =>
    middleware(request, response, (error) => {
      if (error === undefined) stateJson(request);
      next(error);
    });
}

function stateJson({ method, headers }: IncomingMessage): void {
  if (isUnsafeMethod(method ?? 'GET')) headers['content-type'] ??= 'application/json';
}

function sharingStreams(
  middleware: Middleware,
  { layer, streams = streamRegistry(undefined, layer.clock) }: LatchkeyOptions,
): Middleware {
  return (request, response, next) =>
    middleware(request, response, (error) => {
      if (error === undefined) shareStreams(sessionOf(request), layer, streams);
      next(error);
    });
}

import type { IncomingMessage } from 'node:http';
import {
  type LatchkeyOptions as HttpOptions,
  latchkey as httpLatchkey,
  isUnsafeMethod,
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
export function latchkey({ trpcPath, streams: registry, ...options }: LatchkeyOptions): Middleware {
  const { layer } = options;
  const streams = registry ?? streamRegistry(undefined, layer.clock);
  const authenticate = httpLatchkey({
    sendError: (response, error) => sendError(response, error, { trpcPath }),
    ...options,
  });
  return (request, response, next) =>
    authenticate(request, response, (error) => {
      if (error !== undefined) return next(error);
      stateJson(request);
      shareStreams(sessionOf(request), layer, streams);
      next();
    });
}

/**
 * Gives a POST without a content type the type of JSON, which tRPC requires. Such a request has
 * passed the check, so its body is empty.
 */
function stateJson({ method, headers }: IncomingMessage): void {
  if (isUnsafeMethod(method ?? 'GET')) headers['content-type'] ??= 'application/json';
}

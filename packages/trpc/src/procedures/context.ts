import type { ServerResponse } from 'node:http';
import type { AnyClaims } from '@latchkey/core';
import type { RequestSession } from '@latchkey/http';
import { sessionOf } from '@latchkey/http';

/**
 * The part of the tRPC context that Latchkey's procedures need. Your own context extends it.
 * `Claims`: those of the layer's schema.
 */
export interface LatchkeyContext<Claims extends AnyClaims = AnyClaims> {
  readonly session: RequestSession<Claims>;
  /** The response's `X-Request-Id`, if the app sets one. Errors repeat it. */
  readonly requestId?: string | undefined;
}

/**
 * Creates the tRPC context of a request: pass it as `createContext`.
 *
 * @throws Error if the request did not pass `latchkey()`
 * @example
 * import { createLatchkeyContext } from '@latchkey/trpc';
 * import type { CreateExpressContextOptions } from '@trpc/server/adapters/express';
 *
 * const createContext = ({ req }: CreateExpressContextOptions) => ({
 *   ...createLatchkeyContext({ req }),
 *   database,
 * });
 */
export function createLatchkeyContext<Claims extends AnyClaims = AnyClaims>({
  req,
}: {
  req: object;
}): LatchkeyContext<Claims> {
  const { res } = req as { res?: ServerResponse };
  return { session: sessionOf(req), requestId: res?.getHeader('x-request-id')?.toString() };
}

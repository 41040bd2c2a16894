import type { ServerResponse } from 'node:http';
import type { RequestSession } from '@latchkey/http';
import { sessionOf } from '@latchkey/http';

/** What Latchkey's procedures need in the tRPC context. An adopter's own context extends it. */
export interface LatchkeyContext {
  readonly session: RequestSession;
  /**
   * Under which the request's log lines can be found: the answer's `X-Request-Id`, where the app
   * sets one. Errors repeat it.
   */
  readonly requestId?: string | undefined;
}

/** tRPC's `createContext` for Express; spread it into a context of your own. */
export function createLatchkeyContext({ req }: { req: object }): LatchkeyContext {
  const { res } = req as { res?: ServerResponse };
  return { session: sessionOf(req), requestId: res?.getHeader('x-request-id')?.toString() };
}

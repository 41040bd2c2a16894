import { sessionOf } from './express.ts';
import type { RequestSession } from './request-session.ts';

/** What Latchkey's procedures need in the tRPC context. An adopter's own context extends it. */
export interface LatchkeyContext {
  readonly session: RequestSession;
}

/** tRPC's `createContext` for Express; spread it into a context of your own. */
export function createLatchkeyContext({ req }: { req: object }): LatchkeyContext {
  return { session: sessionOf(req) };
}

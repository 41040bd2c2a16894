import { createLatchkeyContext, type LatchkeyContext } from '@latchkey/trpc';

/** The tRPC context that every procedure of the reference app receives. */
export interface Context extends LatchkeyContext {}

export function createContext({ req }: { req: object }): Context {
  return createLatchkeyContext({ req });
}

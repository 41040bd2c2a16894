import { createLatchkeyContext, type LatchkeyContext } from '@latchkey/trpc';

/** The context of every procedure of this app. */
export interface Context extends LatchkeyContext {}

export function createContext({ req }: { req: object }): Context {
  return createLatchkeyContext({ req });
}

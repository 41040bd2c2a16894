import { createLatchkeyContext, type LatchkeyContext } from '@latchkey/trpc';

/** What every procedure of this app receives. */
export interface Context extends LatchkeyContext {}

export function createContext({ req }: { req: object }): Context {
  return createLatchkeyContext({ req });
}

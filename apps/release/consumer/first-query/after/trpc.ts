import { formatError, type LatchkeyContext, latchkeyProcedures } from '@latchkey/trpc';
import { initTRPC } from '@trpc/server';

const t = initTRPC.context<LatchkeyContext>().create({ errorFormatter: formatError });

export const createRouter = t.router;
export const publicProcedure = t.procedure;
export const protectedProcedure = t.procedure.concat(latchkeyProcedures<'User'>().signedIn);

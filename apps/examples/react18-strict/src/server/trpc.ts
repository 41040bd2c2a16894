import { createLatchkeyContext, formatError, latchkeyProcedures } from '@latchkey/trpc';
import { initTRPC } from '@trpc/server';
import type { CreateExpressContextOptions } from '@trpc/server/adapters/express';
import type { Services } from './sessions';

export const createContext =
  (services: Services) =>
  ({ req }: CreateExpressContextOptions) => ({ ...services, ...createLatchkeyContext({ req }) });

const t = initTRPC
  .context<ReturnType<ReturnType<typeof createContext>>>()
  .create({ errorFormatter: formatError });

const { setsCookies, signedIn, withRole } = latchkeyProcedures<'admin' | 'member'>();

export const { router, mergeRouters } = t;
export const cookieProcedure = t.procedure.concat(setsCookies);
export const memberProcedure = t.procedure.concat(signedIn);
export const adminProcedure = t.procedure.concat(withRole('admin'));

import { createLatchkeyContext, formatError, latchkeyProcedures } from '@latchkey/trpc';
import { initTRPC, TRPCError } from '@trpc/server';
import type { CreateExpressContextOptions } from '@trpc/server/adapters/express';
import { ZodError, z } from 'zod';
import type { Sessions } from './auth/sessions';
import { db, type Role } from './db';

export const createContext =
  (sessions: Sessions) =>
  ({ req }: CreateExpressContextOptions) => ({ ...createLatchkeyContext({ req }), db, sessions });

type Context = ReturnType<ReturnType<typeof createContext>>;

const t = initTRPC.context<Context>().create({
  errorFormatter: (failure) => {
    const { data, ...shape } = formatError(failure);
    const { cause } = failure.error;
    return {
      ...shape,
      data: { ...data, zodError: cause instanceof ZodError ? z.flattenError(cause) : null },
    };
  },
});

const { setsCookies, revalidated } = latchkeyProcedures<Role>();

export const router = t.router;
export const mergeRouters = t.mergeRouters;
export const cookieProcedure = t.procedure.concat(setsCookies);
export const userProcedure = t.procedure.concat(revalidated);

export const managerProcedure = userProcedure.use(({ ctx, next }) => {
  if (ctx.principal.role !== 'manager') {
    throw new TRPCError({ code: 'FORBIDDEN', message: 'Managers only' });
  }
  return next();
});

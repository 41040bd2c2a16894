import { initTRPC, TRPCError } from '@trpc/server';
import type { CreateExpressContextOptions } from '@trpc/server/adapters/express';
import { verifyAccessToken } from './auth/tokens';
import type { Db } from './db';

export const createContext =
  (db: Db) =>
  ({ req }: CreateExpressContextOptions) => ({
    db,
    caller: verifyAccessToken(req.headers.authorization),
  });

const t = initTRPC.context<ReturnType<ReturnType<typeof createContext>>>().create();

export const router = t.router;

export const memberProcedure = t.procedure.use(({ ctx, next }) => {
  if (!ctx.caller) throw new TRPCError({ code: 'UNAUTHORIZED' });
  return next({ ctx: { caller: ctx.caller } });
});

export const adminProcedure = memberProcedure.use(({ ctx, next }) => {
  if (!ctx.caller.isAdmin) throw new TRPCError({ code: 'FORBIDDEN' });
  return next();
});

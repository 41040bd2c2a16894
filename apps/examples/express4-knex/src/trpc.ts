import { initTRPC, TRPCError } from '@trpc/server';
import type { CreateExpressContextOptions } from '@trpc/server/adapters/express';
import { ZodError, z } from 'zod';
import { callerOf } from './auth/middleware';
import { db } from './db';

export async function createContext({ req, res }: CreateExpressContextOptions) {
  const caller = await callerOf(req);
  return { req, res, db, user: caller?.user ?? null, sessionId: caller?.sessionId ?? null };
}

type Context = Awaited<ReturnType<typeof createContext>>;

const t = initTRPC.context<Context>().create({
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    data: {
      ...shape.data,
      zodError: error.cause instanceof ZodError ? z.flattenError(error.cause) : null,
    },
  }),
});

export const router = t.router;
export const publicProcedure = t.procedure;

export const userProcedure = t.procedure.use(({ ctx, next }) => {
  if (!ctx.user || !ctx.sessionId) {
    throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Please sign in' });
  }
  return next({ ctx: { user: ctx.user, sessionId: ctx.sessionId } });
});

export const managerProcedure = userProcedure.use(({ ctx, next }) => {
  if (ctx.user.role !== 'manager') {
    throw new TRPCError({ code: 'FORBIDDEN', message: 'Managers only' });
  }
  return next();
});

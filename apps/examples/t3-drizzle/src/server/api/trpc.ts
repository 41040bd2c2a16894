import { initTRPC, TRPCError } from '@trpc/server';
import type { CreateExpressContextOptions } from '@trpc/server/adapters/express';
import superjson from 'superjson';
import { ZodError, z } from 'zod';
import { readTokens } from '~/server/auth/cookies';
import { verifyAccessToken } from '~/server/auth/tokens';
import type { Database } from '~/server/db';
import type { User } from '~/server/db/schema';
import type { SendMail } from '~/server/mailer';

export const createTRPCContext =
  (services: { db: Database; sendMail: SendMail }) =>
  async ({ req, res }: CreateExpressContextOptions) => {
    const tokens = readTokens(req);
    const caller = tokens.accessToken ? await verifyAccessToken(tokens.accessToken) : null;
    return { ...services, req, res, tokens, caller };
  };

type Context = Awaited<ReturnType<ReturnType<typeof createTRPCContext>>>;

const t = initTRPC.context<Context>().create({
  transformer: superjson,
  errorFormatter({ shape, error }) {
    return {
      ...shape,
      data: {
        ...shape.data,
        zodError: error.cause instanceof ZodError ? z.flattenError(error.cause) : null,
      },
    };
  },
});

export const createTRPCRouter = t.router;
export const publicProcedure = t.procedure;

export const protectedProcedure = t.procedure.use(({ ctx, next }) => {
  if (!ctx.caller) throw new TRPCError({ code: 'UNAUTHORIZED' });
  return next({ ctx: { caller: ctx.caller } });
});

/** Admits callers with one of the roles. */
export const roleProcedure = (...roles: User['role'][]) =>
  protectedProcedure.use(({ ctx, next }) => {
    if (!roles.includes(ctx.caller.role)) {
      throw new TRPCError({ code: 'FORBIDDEN', message: `Needs role ${roles.join(' or ')}` });
    }
    return next();
  });

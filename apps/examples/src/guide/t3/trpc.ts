import { createLatchkeyContext, formatError, latchkeyProcedures } from '@latchkey/trpc';
import { initTRPC } from '@trpc/server';
import type { CreateExpressContextOptions } from '@trpc/server/adapters/express';
import superjson from 'superjson';
import { flattenError, ZodError } from 'zod';

/** Stands for the app's `db`. */
const posts = [{ name: 'First post', createdAt: new Date('2026-01-01'), by: '7' }];

export const createTRPCContext = ({ req }: CreateExpressContextOptions) => ({
  ...createLatchkeyContext({ req }),
  posts,
});

const t = initTRPC.context<typeof createTRPCContext>().create({
  transformer: superjson,
  errorFormatter(failure) {
    const shape = formatError(failure);
    const { cause } = failure.error;
    const zodError = cause instanceof ZodError ? flattenError(cause) : null;
    return { ...shape, data: { ...shape.data, zodError } };
  },
});

export const createTRPCRouter = t.router;
const { public: open, signedIn } = latchkeyProcedures<'Admin' | 'User'>();

const timingMiddleware = t.middleware(async ({ next, path }) => {
  const start = performance.now();
  const result = await next();
  console.debug(`${path} took ${performance.now() - start} ms`);
  return result;
});

export const publicProcedure = t.procedure.use(timingMiddleware).concat(open);
export const protectedProcedure = t.procedure.use(timingMiddleware).concat(signedIn);

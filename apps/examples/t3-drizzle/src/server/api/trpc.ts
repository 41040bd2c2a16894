import { createLatchkeyContext, formatError, latchkeyProcedures } from '@latchkey/trpc';
import { initTRPC } from '@trpc/server';
import type { CreateExpressContextOptions } from '@trpc/server/adapters/express';
import superjson from 'superjson';
import { ZodError, z } from 'zod';
import type { Sessions } from '~/server/auth/sessions';
import type { Database } from '~/server/db';
import type { User } from '~/server/db/schema';
import type { SendMail } from '~/server/mailer';

export interface Services {
  db: Database;
  sessions: Sessions;
  sendMail: SendMail;
}

export const createTRPCContext =
  (services: Services) =>
  ({ req }: CreateExpressContextOptions) => ({ ...services, ...createLatchkeyContext({ req }) });

type Context = ReturnType<ReturnType<typeof createTRPCContext>>;

const t = initTRPC.context<Context>().create({
  transformer: superjson,
  errorFormatter(failure) {
    const { data, ...shape } = formatError(failure);
    const { cause } = failure.error;
    return {
      ...shape,
      data: { ...data, zodError: cause instanceof ZodError ? z.flattenError(cause) : null },
    };
  },
});

const { setsCookies, signedIn, withRole } = latchkeyProcedures<User['role']>();

export const createTRPCRouter = t.router;
export const mergeRouters = t.mergeRouters;
export const publicProcedure = t.procedure;
export const cookieProcedure = t.procedure.concat(setsCookies);
export const protectedProcedure = t.procedure.concat(signedIn);

/** Admits callers with one of the roles. */
export const roleProcedure = (...roles: [User['role'], ...User['role'][]]) =>
  t.procedure.concat(withRole(...roles));

import { initTRPC, TRPCError } from '@trpc/server';
import {
  type CreateExpressContextOptions,
  createExpressMiddleware,
} from '@trpc/server/adapters/express';
import express from 'express';
import { z } from 'zod';
import type { Deployment, Running } from '../moving/deployment.ts';
import { type Library, openLibrary } from '../moving/library.ts';
import { oldSessions } from './old-session.ts';

const t = initTRPC.context<CreateExpressContextOptions>().create();

const protectedProcedure = t.procedure.use(({ ctx, next }) => {
  const { accountId } = ctx.req.session;
  if (accountId === undefined)
    throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Please sign in.' });
  return next({ ctx: { accountId } });
});

function libraryRouter(library: Library) {
  return t.router({
    signIn: t.procedure
      .input(z.object({ name: z.string(), password: z.string() }))
      .mutation(async ({ ctx: { req }, input }) => {
        const account = await library.checkPassword(input.name, input.password);
        if (!account)
          throw new TRPCError({
            code: 'UNAUTHORIZED',
            message: 'That name and password do not match.',
          });
        await new Promise<void>((resolve, reject) =>
          req.session.regenerate((error) => (error ? reject(error) : resolve())),
        );
        req.session.accountId = account.id;
      }),
    signOut: t.procedure.mutation(
      ({ ctx: { req } }) =>
        new Promise<void>((resolve, reject) =>
          req.session.destroy((error) => (error ? reject(error) : resolve())),
        ),
    ),
    loans: protectedProcedure.query(({ ctx }) => library.loansOf(ctx.accountId)),
    borrow: protectedProcedure
      .input(z.string())
      .mutation(({ ctx, input }) => library.borrow(ctx.accountId, input)),
  });
}

/** Builds step 0, the app before the move: express-session alone. */
export async function stepZero({ pool, secret }: Deployment): Promise<Running> {
  const library = await openLibrary(pool);
  const createContext = (options: CreateExpressContextOptions) => options;
  const app = express();
  app.use(
    '/trpc',
    oldSessions(pool, secret).middleware,
    createExpressMiddleware({ router: libraryRouter(library), createContext }),
  );
  return { app, layer: null, close: async () => {} };
}

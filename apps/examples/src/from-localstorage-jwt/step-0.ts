import { initTRPC, TRPCError } from '@trpc/server';
import {
  type CreateExpressContextOptions,
  createExpressMiddleware,
} from '@trpc/server/adapters/express';
import express from 'express';
import { z } from 'zod';
import type { Deployment, Running } from '../moving/deployment.ts';
import { type Library, openLibrary } from '../moving/library.ts';
import { accountIdIn, oldToken } from './old-token.ts';

const t = initTRPC.context<{ readonly accountId: number | null }>().create();

const protectedProcedure = t.procedure.use(({ ctx: { accountId }, next }) => {
  if (accountId === null) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Please sign in.' });
  return next({ ctx: { accountId } });
});

function libraryRouter(library: Library, deployment: Deployment) {
  return t.router({
    signIn: t.procedure
      .input(z.object({ name: z.string(), password: z.string() }))
      .mutation(async ({ input }) => {
        const account = await library.checkPassword(input.name, input.password);
        if (!account)
          throw new TRPCError({
            code: 'UNAUTHORIZED',
            message: 'That name and password do not match.',
          });
        return { token: await oldToken(account.id, deployment) };
      }),
    loans: protectedProcedure.query(({ ctx }) => library.loansOf(ctx.accountId)),
    borrow: protectedProcedure
      .input(z.string())
      .mutation(({ ctx, input }) => library.borrow(ctx.accountId, input)),
  });
}

/**
 * Builds step 0, the app before the move: a token in the page's local storage, sent as a bearer
 * token.
 */
export async function stepZero(deployment: Deployment): Promise<Running> {
  const library = await openLibrary(deployment.pool);
  const createContext = async ({ req }: CreateExpressContextOptions) => ({
    accountId: (await accountIdIn(req.headers.authorization, deployment))?.accountId ?? null,
  });
  const app = express();
  app.use(
    '/trpc',
    createExpressMiddleware({ router: libraryRouter(library, deployment), createContext }),
  );
  return { app, layer: null, close: async () => {} };
}

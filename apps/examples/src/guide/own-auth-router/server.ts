import {
  authRouter,
  createLatchkeyContext,
  formatError,
  type LatchkeyContext,
  latchkey,
  latchkeyProcedures,
  responseMeta,
} from '@latchkey/trpc';
import { initTRPC, TRPCError } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { z } from 'zod';
import { layer } from '../sessions.ts';
import { checkPassword, findUser } from '../users.ts';

const t = initTRPC.context<LatchkeyContext>().create({ errorFormatter: formatError });
const { setsCookies, signedIn } = latchkeyProcedures<'Admin' | 'User'>();

/** The links that were sent by e-mail: each signs its user in once. */
const magicLinks = new Map([['a-token-from-an-e-mail', '8']]);

const ownAuthRouter = t.router({
  magicLink: t.procedure
    .concat(setsCookies)
    .input(z.object({ token: z.string() }))
    .mutation(async ({ ctx, input: { token } }) => {
      const user = await findUser(magicLinks.get(token) ?? '');
      if (!user || user.disabled || !magicLinks.delete(token))
        throw new TRPCError({ code: 'UNAUTHORIZED', message: 'This link was used.' });
      await ctx.session.actions.signIn(user);
    }),
});

const router = t.router({
  account: t.mergeRouters(ownAuthRouter, authRouter({ checkPassword })),
  mine: t.procedure.concat(signedIn).query(({ ctx }) => `yours, ${ctx.principal.username}`),
});
export type AppRouter = typeof router;

const app = express();
app.use(
  '/trpc',
  latchkey({ layer }),
  createExpressMiddleware({ router, createContext: createLatchkeyContext, responseMeta }),
);
export const server = app.listen(Number(process.env.PORT ?? 3000));

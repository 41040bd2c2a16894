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
import { accounts, checkPassword } from '../users.ts';

const t = initTRPC.context<LatchkeyContext>().create({ errorFormatter: formatError });
const { signedIn, recentlyAuthenticated } = latchkeyProcedures<'Admin' | 'User'>();

const accountOf = (id: string) => accounts.find((one) => `${one.id}` === id);

const auth = authRouter({
  input: z.object({ email: z.email(), password: z.string().max(1024), remember: z.boolean() }),
  async signIn({ email, password }) {
    const user = await checkPassword(email.toLowerCase(), password);
    if (user && !accountOf(user.id)?.isVerified)
      throw new TRPCError({ code: 'FORBIDDEN', message: 'Verify your e-mail first.' });
    return user;
  },
  confirmPassword: async ({ userId }, password) => accountOf(userId)?.password === password,
});

const router = t.router({
  auth,
  mine: t.procedure.concat(signedIn).query(({ ctx }) => `yours, ${ctx.principal.username}`),
  changeEmail: t.procedure
    .concat(recentlyAuthenticated(600))
    .input(z.object({ email: z.email() }))
    .mutation(async ({ ctx, input }) => {
      const account = accountOf(ctx.principal.userId);
      if (account) account.email = input.email.toLowerCase();
      await ctx.session.actions.renew(); // optional: the new name now, not with the next refresh
    }),
});
export type AppRouter = typeof router;

const app = express();
app.use(
  '/trpc',
  latchkey({ layer }),
  createExpressMiddleware({ router, createContext: createLatchkeyContext, responseMeta }),
);
export const server = app.listen(Number(process.env.PORT ?? 3000));

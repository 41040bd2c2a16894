import { authRouter, formatError, type LatchkeyContext, latchkeyProcedures } from '@latchkey/trpc';
import { initTRPC } from '@trpc/server';
import { checkPassword } from '../users.ts';

const t = initTRPC.context<LatchkeyContext>().create({ errorFormatter: formatError });
const { signedIn } = latchkeyProcedures<'Admin' | 'User'>();

export const router = t.router({
  auth: authRouter({ checkPassword }),
  mine: t.procedure.concat(signedIn).query(({ ctx }) => `yours, ${ctx.principal.username}`),
});
export type AppRouter = typeof router;

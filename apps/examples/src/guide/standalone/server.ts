import {
  authRouter,
  createLatchkeyContext,
  formatError,
  type LatchkeyContext,
  latchkey,
  latchkeyProcedures,
  responseMeta,
} from '@latchkey/trpc';
import { initTRPC } from '@trpc/server';
import { createHTTPServer } from '@trpc/server/adapters/standalone';
import { layer } from '../sessions.ts';
import { checkPassword } from '../users.ts';

const t = initTRPC.context<LatchkeyContext>().create({ errorFormatter: formatError });
const { signedIn } = latchkeyProcedures<'Admin' | 'User'>();

const router = t.router({
  auth: authRouter({ checkPassword }),
  mine: t.procedure.concat(signedIn).query(({ ctx }) => `yours, ${ctx.principal.username}`),
});
export type AppRouter = typeof router;

export const server = createHTTPServer({
  middleware: latchkey({ layer }),
  basePath: '/trpc/',
  router,
  createContext: createLatchkeyContext,
  responseMeta,
});
server.listen(Number(process.env.PORT ?? 3000));

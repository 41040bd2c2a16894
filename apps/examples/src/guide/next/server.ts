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
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { layer } from '../sessions.ts';
import { checkPassword } from '../users.ts';

const t = initTRPC.context<LatchkeyContext>().create({ errorFormatter: formatError });
const { signedIn } = latchkeyProcedures<'Admin' | 'User'>();

const router = t.router({
  auth: authRouter({ checkPassword }),
  mine: t.procedure.concat(signedIn).query(({ ctx }) => `yours, ${ctx.principal.username}`),
});
export type AppRouter = typeof router;

const app = express();
app.set('trust proxy', 'loopback'); // Next's address, so that request.ip is the browser's
app.use(
  '/trpc',
  latchkey({ layer, allowedOrigins: [process.env.PAGE_ORIGIN ?? 'http://localhost:3000'] }),
  createExpressMiddleware({ router, createContext: createLatchkeyContext, responseMeta }),
);
export const server = app.listen(Number(process.env.PORT ?? 4000));

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
app.use(
  '/trpc',
  latchkey({
    layer,
    allowedOrigins: ['https://app.example.com'], // the pages that may call
    corsHeaders: ['X-Tenant'], // request headers of yours that they send
  }),
  createExpressMiddleware({ router, createContext: createLatchkeyContext, responseMeta }),
);
export const server = app.listen(Number(process.env.PORT ?? 3000));

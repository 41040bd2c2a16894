import { createSessionLayer, deriveKeyRing, systemClock } from '@latchkey/core';
import { openDatabase, sqlSessionStore } from '@latchkey/sql';
import { authRouter, createLatchkeyContext, latchkey } from '@latchkey/trpc';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { createRouter, protectedProcedure, publicProcedure } from './trpc.ts';
import { checkPassword, findUser, secret } from './users.ts';

const ring = deriveKeyRing([secret]);
const store = sqlSessionStore(await openDatabase('file:sessions.db'));
const layer = createSessionLayer({ ring, store, users: { findUser }, clock: systemClock });

const router = createRouter({
  auth: authRouter({ checkPassword }),
  hello: publicProcedure.query(() => 'Hello!'),
  mine: protectedProcedure.query(({ ctx }) => `yours, ${ctx.principal.username}`),
});
export type AppRouter = typeof router;

const app = express();
const createContext = createLatchkeyContext;
app.use('/trpc', latchkey({ layer }), createExpressMiddleware({ router, createContext }));
export const server = app.listen(Number(process.env.PORT ?? 3000));

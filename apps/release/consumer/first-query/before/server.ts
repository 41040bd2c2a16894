import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { createRouter, publicProcedure } from './trpc.ts';

const router = createRouter({
  hello: publicProcedure.query(() => 'Hello!'),
  mine: publicProcedure.query(() => 'yours'),
});
export type AppRouter = typeof router;

const app = express();
app.use('/trpc', createExpressMiddleware({ router }));
export const server = app.listen(Number(process.env.PORT ?? 3000));

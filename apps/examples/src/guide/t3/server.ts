import { authRouter, latchkey, responseMeta } from '@latchkey/trpc';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { z } from 'zod';
import { layer } from '../sessions.ts';
import { checkPassword } from '../users.ts';
import {
  createTRPCContext,
  createTRPCRouter,
  protectedProcedure,
  publicProcedure,
} from './trpc.ts';

const appRouter = createTRPCRouter({
  auth: authRouter({ checkPassword }),
  post: createTRPCRouter({
    hello: publicProcedure.query(() => 'Hello!'),
    create: protectedProcedure
      .input(z.object({ name: z.string().min(1) }))
      .mutation(({ ctx, input }) => {
        ctx.posts.push({ ...input, createdAt: new Date(), by: ctx.principal.userId });
      }),
    latest: protectedProcedure.query(({ ctx }) => ctx.posts.at(-1) ?? null),
  }),
});
export type AppRouter = typeof appRouter;

const app = express();
app.use(
  '/api/trpc',
  latchkey({ layer }),
  createExpressMiddleware({ router: appRouter, createContext: createTRPCContext, responseMeta }),
);
export const server = app.listen(Number(process.env.PORT ?? 3000));

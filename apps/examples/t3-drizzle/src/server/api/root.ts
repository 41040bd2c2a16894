import { authRouter } from '~/server/api/routers/auth';
import { postsRouter } from '~/server/api/routers/posts';
import { createTRPCRouter } from '~/server/api/trpc';
import type { Database } from '~/server/db';

export const appRouter = (db: Database) =>
  createTRPCRouter({ auth: authRouter(db), posts: postsRouter });

export type AppRouter = ReturnType<typeof appRouter>;

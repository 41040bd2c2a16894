import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { authRoutes } from './auth/routes';
import type { Db } from './db';
import { appRouter } from './router';
import { createContext } from './trpc';

export function createApp(db: Db) {
  const app = express();
  app.use('/api/auth', authRoutes(db));
  app.use(
    '/api/trpc',
    createExpressMiddleware({ router: appRouter, createContext: createContext(db) }),
  );
  return app;
}

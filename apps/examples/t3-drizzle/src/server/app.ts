import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { appRouter } from '~/server/api/root';
import { createTRPCContext } from '~/server/api/trpc';
import type { Database } from '~/server/db';
import type { SendMail } from '~/server/mailer';

export function createApp(services: { db: Database; sendMail: SendMail }) {
  const app = express();
  app.use(
    '/api/trpc',
    createExpressMiddleware({ router: appRouter, createContext: createTRPCContext(services) }),
  );
  return app;
}

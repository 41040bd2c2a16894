import { latchkey } from '@latchkey/trpc';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { appRouter } from '~/server/api/root';
import { createTRPCContext, type Services } from '~/server/api/trpc';

export function createApp(services: Services) {
  const app = express();
  app.use(
    '/api/trpc',
    latchkey({ layer: services.sessions.layer }),
    createExpressMiddleware({
      router: appRouter(services.db),
      createContext: createTRPCContext(services),
    }),
  );
  return app;
}

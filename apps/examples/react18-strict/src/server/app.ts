import { latchkey } from '@latchkey/trpc';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { appRouter } from './router';
import type { Services } from './sessions';
import { createContext } from './trpc';

export function createApp(services: Services) {
  const app = express();
  app.use(
    '/api/trpc',
    latchkey({ layer: services.layer }),
    createExpressMiddleware({
      router: appRouter(services),
      createContext: createContext(services),
    }),
  );
  return app;
}

import { createLatchkeyContext, latchkey } from '@latchkey/trpc';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { bridge } from './bridge.ts';
import { bridgedSessions } from './bridged-sessions.ts';
import { type Deployment, openLayer, type Running } from './deployment.ts';
import { openLibrary } from './library.ts';
import { libraryRouter } from './new-router.ts';
import { oldSession } from './old-session.ts';
import { asUser } from './users.ts';

/** Step 1: Latchkey says who is calling; whoever comes with an old session alone is taken over. */
export async function stepOne(deployment: Deployment, { keepOldSeconds = 60 } = {}): Promise<Running> {
  const { pool, secret } = deployment;
  const library = await openLibrary(pool);
  const { layer, close } = await openLayer(deployment, library, (events) => crossing.follow(events));
  const old = oldSession(pool, secret);
  const crossing = bridge({
    layer,
    old,
    bridged: await bridgedSessions(pool),
    userOf: async (accountId) => asUser(await library.byId(accountId)),
    keepOldSeconds,
  });

  const serve = createExpressMiddleware({ router: libraryRouter(library), createContext: createLatchkeyContext });
  const app = express();
  app.use('/trpc', old.middleware, latchkey({ layer }), crossing.cross, serve);
  return { app, layer, close };
}

import { createLatchkeyContext, latchkey } from '@latchkey/trpc';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { type Deployment, openLayer, type Running } from './deployment.ts';
import { openLibrary } from './library.ts';
import { libraryRouter } from './library-router.ts';

/**
 * Builds step 2 of the move, without the bridge and express-session. An old cookie has no effect.
 */
export async function stepTwo(deployment: Deployment): Promise<Running> {
  const library = await openLibrary(deployment.pool);
  const { layer, close } = await openLayer(deployment, library);
  const serve = createExpressMiddleware({
    router: libraryRouter(library),
    createContext: createLatchkeyContext,
  });
  const app = express();
  app.use('/trpc', latchkey({ layer }), serve);
  return { app, layer, close };
}

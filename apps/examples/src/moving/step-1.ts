import { fromCookie } from '@latchkey/http';
import { createLatchkeyContext, latchkey } from '@latchkey/trpc';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { bridge } from './bridge.ts';
import { bridgedSessions } from './bridged-sessions.ts';
import { type Deployment, openLayer, type Running } from './deployment.ts';
import { type Library, openLibrary } from './library.ts';
import { libraryRouter } from './library-router.ts';
import type { OldCredential } from './old-credential.ts';

/**
 * Builds step 1 of the move: Latchkey identifies the caller, and a caller who has only an old
 * session gets a new one.
 */
export async function stepOne(
  deployment: Deployment,
  credentialOf: (library: Library) => OldCredential,
  { keepOldSeconds = 60 } = {},
): Promise<Running> {
  const library = await openLibrary(deployment.pool);
  const { layer, close } = await openLayer(deployment, library, (events) =>
    crossing.follow(events),
  );
  const old = credentialOf(library);
  const crossing = bridge({
    layer,
    old,
    bridged: await bridgedSessions(deployment.pool),
    keepOldSeconds,
  });

  /** Does not read access tokens from `Authorization`, which may hold an old token. */
  const session = latchkey({ layer, accessTokenFrom: [fromCookie('__Host-X-Access-Token')] });
  const serve = createExpressMiddleware({
    router: libraryRouter(library),
    createContext: createLatchkeyContext,
  });
  const app = express();
  app.use('/trpc', ...old.before, session, crossing.cross, serve);
  return { app, layer, close };
}

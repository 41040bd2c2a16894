import { initTRPC } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import type { MountPeer } from './peer-app.ts';

/**
 * Mounts the query without sign-in and refusals: the reference against which the contestants are
 * measured.
 */
export const mountBare: MountPeer = async (app) => {
  const t = initTRPC.create();
  const router = t.router({ hello: t.procedure.query(() => 'Hello alice!') });
  app.use('/trpc', createExpressMiddleware({ router, createContext: () => ({}) }));
  return null;
};

import { initTRPC } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import type { MountPeer } from './peer-app.ts';

/** Nobody signs in and nobody is refused: what the others are measured against. */
export const mountBare: MountPeer = async (app) => {
  const t = initTRPC.create();
  const router = t.router({ hello: t.procedure.query(() => 'Hello alice!') });
  app.use('/trpc', createExpressMiddleware({ router, createContext: () => ({}) }));
  return null;
};

import { initTRPC, TRPCError } from '@trpc/server';
import {
  type CreateExpressContextOptions,
  createExpressMiddleware,
} from '@trpc/server/adapters/express';
import type { Express } from 'express';

/** What a contestant's server has to work with. */
export interface PeerSettings {
  /** A database of its own. */
  readonly databaseUrl: string;
  /** A Redis database of its own. */
  readonly redisUrl: string;
  /** Its own address, as browsers know it. */
  readonly origin: string;
  /** How long access tokens live, and what stands in for one: a cached session. */
  readonly accessTokenSeconds: number;
}

/**
 * Adds to an app what signs people in and the query `hello`, for the signed-in only, at `/trpc`.
 * @returns closes what it opened, if it opened anything
 */
export type MountPeer = (
  app: Express,
  settings: PeerSettings,
) => Promise<(() => Promise<unknown>) | null>;

/** The one person there is. */
export const PERSON = {
  id: '1',
  name: 'alice',
  email: 'alice@example.com',
  password: 'correct horse battery staple',
};

export interface PeerContext {
  readonly user: { readonly name: string } | null;
}

const t = initTRPC.context<PeerContext>().create();

/**
 * As in tRPC's documentation: a middleware that refuses callers who are not signed in, and narrows
 * the context.
 */
const protectedProcedure = t.procedure.use(({ ctx: { user }, next }) => {
  if (!user) throw new TRPCError({ code: 'UNAUTHORIZED' });
  return next({ ctx: { user } });
});

/** The same query for all peers; they differ in how they know who is calling. */
export function mountProtectedQuery(
  app: Express,
  createContext: (options: CreateExpressContextOptions) => PeerContext | Promise<PeerContext>,
): void {
  const router = t.router({
    hello: protectedProcedure.query(({ ctx }) => `Hello ${ctx.user.name}!`),
  });
  app.use('/trpc', createExpressMiddleware({ router, createContext }));
}

import { initTRPC, TRPCError } from '@trpc/server';
import {
  type CreateExpressContextOptions,
  createExpressMiddleware,
} from '@trpc/server/adapters/express';
import type { Express } from 'express';

/** The resources of a contestant's server. */
export interface PeerSettings {
  /** An empty PostgreSQL database. */
  readonly databaseUrl: string;
  /** An empty Redis database. */
  readonly redisUrl: string;
  /** Its origin, as browsers see it. */
  readonly origin: string;
  /** The lifetime of access tokens, and of a cached session in their place. */
  readonly accessTokenSeconds: number;
}

/**
 * Adds to an app its sign-in, and at `/trpc` the query `hello` for signed-in callers.
 *
 * @returns a function that closes what it opened, if anything
 */
export type MountPeer = (
  app: Express,
  settings: PeerSettings,
) => Promise<(() => Promise<unknown>) | null>;

/** The only user. */
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

/** The same query for all peers; they differ in how they identify the caller. */
export function mountProtectedQuery(
  app: Express,
  createContext: (options: CreateExpressContextOptions) => PeerContext | Promise<PeerContext>,
): void {
  const router = t.router({
    hello: protectedProcedure.query(({ ctx }) => `Hello ${ctx.user.name}!`),
  });
  app.use('/trpc', createExpressMiddleware({ router, createContext }));
}

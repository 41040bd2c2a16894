import { initTRPC, TRPCError } from '@trpc/server';
import {
  type CreateExpressContextOptions,
  createExpressMiddleware,
} from '@trpc/server/adapters/express';
import type { Express } from 'express';

/** The databases and settings of a contestant's server. */
export interface PeerSettings {
  /** URL of an empty PostgreSQL database. */
  readonly databaseUrl: string;
  /** URL of an empty Redis database. */
  readonly redisUrl: string;
  /** The server's origin, as browsers see it. */
  readonly origin: string;
  /**
   * The lifetime in seconds of access tokens, or of the cached session of a contestant without
   * them.
   */
  readonly accessTokenSeconds: number;
}

/**
 * Adds to an Express app a contestant's sign-in, and at `/trpc` the query `hello` for signed-in
 * callers.
 *
 * @returns a function that closes what it opened, if anything
 */
export type MountPeer = (
  app: Express,
  settings: PeerSettings,
) => Promise<(() => Promise<unknown>) | null>;

/** The only user of every contestant. */
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
 * A procedure as in tRPC's documentation: a middleware refuses callers who are not signed in, and
 * narrows the context.
 */
const protectedProcedure = t.procedure.use(({ ctx: { user }, next }) => {
  if (!user) throw new TRPCError({ code: 'UNAUTHORIZED' });
  return next({ ctx: { user } });
});

/**
 * Mounts the query that is the same for all contestants; they differ in how they identify the
 * caller.
 */
export function mountProtectedQuery(
  app: Express,
  createContext: (options: CreateExpressContextOptions) => PeerContext | Promise<PeerContext>,
): void {
  const router = t.router({
    hello: protectedProcedure.query(({ ctx }) => `Hello ${ctx.user.name}!`),
  });
  app.use('/trpc', createExpressMiddleware({ router, createContext }));
}

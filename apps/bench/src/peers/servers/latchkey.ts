import {
  type Algorithm,
  type Clock,
  createSessionLayer,
  type RevocationFeed,
  type SessionStore,
  systemClock,
} from '@latchkey/core';
import { openRedis, redisRevocationFeed, redisSessionStore } from '@latchkey/redis';
import { openDatabase, sqlRevocationFeed, sqlSessionStore } from '@latchkey/sql';
import {
  authRouter,
  createLatchkeyContext,
  type LatchkeyContext,
  latchkey,
  latchkeyProcedures,
  requirePolicies,
} from '@latchkey/trpc';
import { initTRPC } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import type { Express } from 'express';
import { benchRing } from '../../bench-ring.ts';
import { type MountPeer, PERSON, type PeerSettings } from './peer-app.ts';

const SECRET = Buffer.from('the secret of these tests, number 1').toString('base64url');
const USER = {
  id: PERSON.id,
  username: PERSON.name,
  role: 'User',
  tokenVersion: 0,
  disabled: false,
};

/** Opens the session store and its revocation feed. */
type Open = (
  settings: PeerSettings,
  clock: Clock,
) => Promise<{
  readonly store: SessionStore;
  readonly feed: RevocationFeed;
  close(): Promise<unknown>;
}>;

export const mountLatchkeyHs256: MountPeer = (app, settings) =>
  mount(app, settings, 'HS256', onPostgres);
export const mountLatchkeyEs256: MountPeer = (app, settings) =>
  mount(app, settings, 'ES256', onPostgres);
export const mountLatchkeyOnRedis: MountPeer = (app, settings) =>
  mount(app, settings, 'HS256', onRedis);

const onPostgres: Open = async ({ databaseUrl }, clock) => {
  const database = await openDatabase(databaseUrl);
  return {
    store: sqlSessionStore(database),
    feed: sqlRevocationFeed(database, clock),
    close: () => database.close(),
  };
};

const onRedis: Open = async ({ redisUrl }, clock) => {
  const connection = await openRedis(redisUrl);
  return {
    store: redisSessionStore(connection),
    feed: redisRevocationFeed(connection, { clock }),
    close: () => connection.close(),
  };
};

async function mount(
  app: Express,
  settings: PeerSettings,
  algorithm: Algorithm,
  open: Open,
): ReturnType<MountPeer> {
  const { store, feed, close } = await open(settings, systemClock);
  const layer = createSessionLayer({
    store,
    feed,
    ring: benchRing(SECRET, algorithm),
    users: { findUser: async (id) => (id === USER.id ? USER : null) },
    clock: systemClock,
    // No limit on sessions, because all browsers of a benchmark belong to one user.
    options: { accessTokenSeconds: settings.accessTokenSeconds, maxSessionsPerUser: 1_000 },
  });
  await layer.start();

  const t = initTRPC.context<LatchkeyContext>().create();
  const { signedIn } = latchkeyProcedures<'User'>();
  const checkPassword = async (username: string, password: string) =>
    username === USER.username && password === PERSON.password ? USER : null;
  const router = requirePolicies(
    t.router({
      auth: authRouter({ checkPassword }),
      hello: t.procedure.concat(signedIn).query(({ ctx }) => `Hello ${ctx.principal.username}!`),
    }),
  );
  app.use(
    '/trpc',
    latchkey({ layer }),
    createExpressMiddleware({ router, createContext: createLatchkeyContext }),
  );
  return async () => {
    await layer.close();
    await close();
  };
}

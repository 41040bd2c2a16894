import connectPgSimple from 'connect-pg-simple';
import { RedisStore } from 'connect-redis';
import express, { type Express } from 'express';
import session, { type Store } from 'express-session';
import { Pool } from 'pg';
import { createClient } from 'redis';
import { type MountPeer, mountProtectedQuery, PERSON } from './peer-app.ts';

declare module 'express-session' {
  interface SessionData {
    user: { readonly name: string };
  }
}

const WEEK_MS = 7 * 86_400_000;

export const mountExpressSessionOnRedis: MountPeer = async (app, { redisUrl }) => {
  const client = await createClient({ url: redisUrl }).connect();
  mountSession(app, new RedisStore({ client }));
  return () => client.close();
};

export const mountExpressSessionOnPostgres: MountPeer = async (app, { databaseUrl }) => {
  const PostgresStore = connectPgSimple(session);
  const pool = new Pool({ connectionString: databaseUrl });
  // A connection that the server ends while it is idle must not fail a request.
  pool.on('error', () => {});
  const store = new PostgresStore({ pool, createTableIfMissing: true });
  mountSession(app, store);
  return async () => {
    store.close();
    await pool.end();
  };
};

/**
 * Mounts express-session. Each request reads the session and extends its expiry (`touch`), which is
 * the default of both stores.
 */
function mountSession(app: Express, store: Store): void {
  const secret = 'a secret of more than thirty-two bytes, from the environment';
  const cookie = { secure: 'auto', sameSite: 'lax', maxAge: WEEK_MS } as const;
  app.use(session({ store, secret, cookie, resave: false, saveUninitialized: false }));
  app.post('/login', express.json(), (request, response, next) => {
    if (request.body.password !== PERSON.password) return void response.sendStatus(401);
    request.session.regenerate((error) => {
      if (error) return next(error);
      request.session.user = { name: PERSON.name };
      response.json({});
    });
  });
  mountProtectedQuery(app, ({ req }) => ({ user: req.session.user ?? null }));
}

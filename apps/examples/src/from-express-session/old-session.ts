import connectPgSimple from 'connect-pg-simple';
import type { RequestHandler } from 'express';
import session, { type CookieOptions, type Store } from 'express-session';
import type { Pool } from 'pg';
import type { Library } from '../moving/library.ts';
import type { OldCredential } from '../moving/old-credential.ts';
import { asUser } from '../moving/users.ts';

declare module 'express-session' {
  interface SessionData {
    /** Id of the signed-in account, set at sign-in. */
    accountId: number;
  }
}

const COOKIE = 'library.sid';
const ATTRIBUTES: CookieOptions = { httpOnly: true, secure: 'auto', sameSite: 'lax' };
const FOURTEEN_DAYS = 14 * 86_400_000;

/**
 * Sets up express-session as the app used it before the move: a cookie with an id, and the session
 * in PostgreSQL.
 */
export function oldSessions(
  pool: Pool,
  secret: string,
): { readonly store: Store; readonly middleware: RequestHandler } {
  const store = new (connectPgSimple(session))({
    pool,
    createTableIfMissing: true,
    pruneSessionInterval: false,
  });
  const cookie: CookieOptions = { ...ATTRIBUTES, maxAge: FOURTEEN_DAYS };
  const middleware = session({
    name: COOKIE,
    secret,
    store,
    resave: false,
    saveUninitialized: false,
    cookie,
  });
  return { store, middleware };
}

/** Reads an express-session, for the bridge. */
export function expressSessionCredential(
  pool: Pool,
  secret: string,
  library: Library,
): OldCredential {
  const { store, middleware } = oldSessions(pool, secret);
  return {
    before: [middleware],
    async read({ session: { accountId }, sessionID }) {
      return accountId === undefined
        ? null
        : { id: sessionID, resolveUser: async () => asUser(await library.byId(accountId)) };
    },
    end: (id) =>
      new Promise((resolve, reject) =>
        store.destroy(id, (error?: Error) => (error ? reject(error) : resolve())),
      ),
    forget: (response) => void response.clearCookie(COOKIE, { httpOnly: true, sameSite: 'lax' }),
  };
}

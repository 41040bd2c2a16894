import connectPgSimple from 'connect-pg-simple';
import type { RequestHandler, Response } from 'express';
import session, { type CookieOptions } from 'express-session';
import type { Pool } from 'pg';

declare module 'express-session' {
  interface SessionData {
    /** Whose session it is; set by signing in. */
    accountId: number;
  }
}

const COOKIE = 'library.sid';
const ATTRIBUTES: CookieOptions = { httpOnly: true, secure: 'auto', sameSite: 'lax' };
const FOURTEEN_DAYS = 14 * 86_400_000;

export interface OldSession {
  readonly middleware: RequestHandler;
  /** Ends the session of that id on the server. */
  destroy(id: string): Promise<void>;
  /** Makes the browser forget the id. */
  clear(response: Response): void;
}

/** express-session as the library has always used it: a cookie with an id, and the session in PostgreSQL. */
export function oldSession(pool: Pool, secret: string): OldSession {
  const store = new (connectPgSimple(session))({ pool, createTableIfMissing: true, pruneSessionInterval: false });
  return {
    middleware: session({ name: COOKIE, secret, store, resave: false, saveUninitialized: false, cookie: { ...ATTRIBUTES, maxAge: FOURTEEN_DAYS } }),
    destroy: (id: string) => new Promise<void>((resolve, reject) => store.destroy(id, (error?: Error) => (error ? reject(error) : resolve()))),
    clear: (response: Response) => void response.clearCookie(COOKIE, { httpOnly: true, sameSite: 'lax' }),
  };
}

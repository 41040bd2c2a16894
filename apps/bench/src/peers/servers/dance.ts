import cookieParser from 'cookie-parser';
import express, { type Response } from 'express';
import jwt from 'jsonwebtoken';
import { Pool } from 'pg';
import { signAccessToken, verifyAccessToken } from './json-web-token.ts';
import { type MountPeer, mountProtectedQuery, PERSON } from './peer-app.ts';

const REFRESH_SECRET = 'another secret of more than thirty-two bytes, from the environment';
const REFRESH_SECONDS = 7 * 86_400;
const TABLES = `
  create table families (id uuid primary key, revoked boolean not null default false);
  create table refresh_tokens (id uuid primary key, family uuid not null references families, used boolean not null default false)`;
const USE_UP = `
  update refresh_tokens set used = true from families
  where refresh_tokens.id = $1 and not used and families.id = family and not revoked`;

/**
 * Mounts the textbook design: a short access token in memory, a refresh token in an HttpOnly
 * cookie. Each refresh token works once; a second use ends its family (RFC 9700, section 4.14.2).
 * The use is a single SQL statement, so exactly one of several parallel uses succeeds.
 */
export const mountDance: MountPeer = async (app, { databaseUrl, accessTokenSeconds }) => {
  const pool = new Pool({ connectionString: databaseUrl });
  // A connection that the server ends while it is idle must not fail a request.
  pool.on('error', () => {});
  await pool.query(TABLES);

  async function handOut(response: Response, family: string): Promise<void> {
    const id = crypto.randomUUID();
    await pool.query('insert into refresh_tokens (id, family) values ($1, $2)', [id, family]);
    const refreshToken = jwt.sign({ sub: PERSON.id, family, jti: id }, REFRESH_SECRET, {
      expiresIn: REFRESH_SECONDS,
    });
    response.cookie('refreshToken', refreshToken, {
      httpOnly: true,
      secure: true,
      sameSite: 'strict',
      maxAge: REFRESH_SECONDS * 1000,
    });
    response.json({ accessToken: signAccessToken(PERSON.name, accessTokenSeconds) });
  }

  app.post('/login', express.json(), async (request, response) => {
    if (request.body.password !== PERSON.password) return void response.sendStatus(401);
    const family = crypto.randomUUID();
    await pool.query('insert into families (id) values ($1)', [family]);
    await handOut(response, family);
  });

  app.post('/refresh', cookieParser(), async (request, response) => {
    const presented = parse(request.cookies.refreshToken);
    if (!presented) return void response.sendStatus(401);
    const { rowCount } = await pool.query(USE_UP, [presented.id]);
    if (rowCount === 1) return handOut(response, presented.family);
    await pool.query('update families set revoked = true where id = $1', [presented.family]);
    response.sendStatus(401);
  });

  mountProtectedQuery(app, ({ req }) => ({ user: verifyAccessToken(req.headers.authorization) }));
  return () => pool.end();
};

function parse(token: unknown): { readonly id: string; readonly family: string } | null {
  try {
    const claims = jwt.verify(String(token), REFRESH_SECRET, { algorithms: ['HS256'] });
    return typeof claims === 'string'
      ? null
      : { id: String(claims.jti), family: String(claims.family) };
  } catch {
    return null;
  }
}

import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node';
import { Pool } from 'pg';
import { type MountPeer, mountProtectedQuery, PERSON } from './peer-app.ts';

/** Mounts better-auth so that each request reads the database. */
export const mountBetterAuth: MountPeer = (app, settings) =>
  mount(app, settings, { enabled: false });

/**
 * Mounts better-auth so that requests trust a signed copy of the session in a second cookie until
 * it expires.
 */
export const mountCachedBetterAuth: MountPeer = (app, settings) =>
  mount(app, settings, { enabled: true, maxAge: settings.accessTokenSeconds });

async function mount(
  ...[app, { databaseUrl, origin }, cookieCache]: [
    ...Parameters<MountPeer>,
    { enabled: boolean; maxAge?: number },
  ]
): ReturnType<MountPeer> {
  const pool = new Pool({ connectionString: databaseUrl });
  // A connection that the server ends while it is idle must not fail a request.
  pool.on('error', () => {});
  const auth = betterAuth({
    baseURL: origin,
    // Pages are also requested through the slow network, which has another port.
    trustedOrigins: ['http://127.0.0.1:*'],
    secret: 'a secret of more than thirty-two bytes, from the environment',
    database: pool,
    emailAndPassword: { enabled: true },
    session: { cookieCache },
    advanced: { useSecureCookies: true },
    // The rate limit is off, because the benchmark signs one user in fifty times within a second
    // from one address.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
  });
  await (await getMigrations(auth.options)).runMigrations();
  const { name, email, password } = PERSON;
  await auth.api.signUpEmail({ body: { name, email, password } });

  app.all('/api/auth/*splat', toNodeHandler(auth));
  mountProtectedQuery(app, async ({ req }) => {
    const session = await auth.api.getSession({ headers: fromNodeHeaders(req.headers) });
    return { user: session && { name: session.user.name } };
  });
  return () => pool.end();
}

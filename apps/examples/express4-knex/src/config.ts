const production = process.env.NODE_ENV === 'production';

export const config = {
  port: Number(process.env.PORT ?? 4000),
  databaseUrl: process.env.DATABASE_URL ?? 'postgres://root@127.0.0.1:5432/timesheets',
  webOrigin: process.env.WEB_ORIGIN ?? 'http://localhost:5173',
  sessionSecret: process.env.SESSION_SECRET ?? 'timesheets-only-for-development-timesheets-only',
  accessTokenSeconds: 15 * 60,
  idleSeconds: 30 * 24 * 60 * 60,
  bcryptRounds: process.env.NODE_ENV === 'test' ? 4 : 12,
  secureCookies: production,
};

if (production && !process.env.SESSION_SECRET) {
  throw new Error('SESSION_SECRET must be set in production');
}

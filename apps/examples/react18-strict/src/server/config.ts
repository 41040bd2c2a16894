export const config = {
  port: Number(process.env.PORT ?? 3002),
  dataFile: process.env.DATA_FILE ?? 'chores.json',
  jwtSecret: process.env.JWT_SECRET ?? 'only for development',
  accessTokenSeconds: 5 * 60,
  refreshTokenSeconds: 60 * 24 * 60 * 60,
  /** Two tabs that wake up together both present the same refresh token. */
  reuseGraceSeconds: 10,
  secureCookies: process.env.NODE_ENV === 'production',
};

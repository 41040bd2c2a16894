export const config = {
  port: Number(process.env.PORT ?? 3002),
  dataFile: process.env.DATA_FILE ?? 'chores.json',
  sessions: process.env.SESSIONS_URL ?? 'file:sessions.db',
  secret: process.env.SESSION_SECRET ?? 'chores-only-for-development-chores-only-for',
};

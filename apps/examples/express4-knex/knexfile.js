module.exports = {
  client: 'pg',
  connection: process.env.DATABASE_URL ?? 'postgres://root@127.0.0.1:5432/timesheets',
  migrations: { directory: './migrations' },
};

const { randomBytes } = require('node:crypto');
const createKnex = require('knex');

// Each run gets a database of its own. Workers inherit DATABASE_URL.
module.exports = async () => {
  const base =
    process.env.TEST_POSTGRES_URL ??
    process.env.DATABASE_URL ??
    'postgres://root@127.0.0.1:5432/postgres';
  const name = `timesheets_test_${randomBytes(6).toString('hex')}`;
  const admin = createKnex({ client: 'pg', connection: base });
  await admin.raw('create database ??', [name]);
  await admin.destroy();

  const url = new URL(base);
  url.pathname = `/${name}`;
  process.env.DATABASE_URL = url.href;
  const db = createKnex({ client: 'pg', connection: url.href });
  await db.migrate.latest({ directory: `${__dirname}/../migrations` });
  await db.destroy();
  globalThis.testDatabase = { base, name };
};

import { DatabaseSync } from 'node:sqlite';
import { DummyDriver, Kysely, MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler } from 'kysely';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../database.ts';
import { dialectOver } from '../dialects.ts';
import { knownSource } from './database-source.ts';

const method = () => {};
const kysely = (kind: 'postgres' | 'sqlite') =>
  new Kysely({ dialect: dialectOver(kind, () => new DummyDriver()) });
const mysql = () =>
  new Kysely({
    dialect: {
      createAdapter: () => new MysqlAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new MysqlIntrospector(db),
      createQueryCompiler: () => new MysqlQueryCompiler(),
    },
  });
const closed = () => new DatabaseSync(':memory:', { open: false });

describe('what a database may be given as', () => {
  it('tells a URL, a pool, a handle and both kinds of Kysely apart', () => {
    const handle = new DatabaseSync(':memory:');
    expect(knownSource('memory:')).toMatchObject({ is: 'url' });
    expect(knownSource(new pg.Pool())).toMatchObject({ is: 'pool' });
    expect(knownSource(new (class Own extends pg.Pool {})())).toMatchObject({ is: 'pool' });
    expect(knownSource(handle)).toMatchObject({ is: 'handle' });
    expect(knownSource(kysely('postgres'))).toMatchObject({ is: 'kysely', kind: 'postgres' });
    expect(knownSource(kysely('sqlite'))).toMatchObject({ is: 'kysely', kind: 'sqlite' });
    handle.close();
  });

  it.each([
    ['a pg.Client', new pg.Client(), /is a Client of pg, which is one connection\. Pass a Pool/],
    [
      'a pool of mysql2',
      { getConnection: method, query: method, execute: method, end: method },
      /is a pool or connection of MySQL \(mysql2 or mariadb\)\. The stores need PostgreSQL or SQLite/,
    ],
    [
      'a client of postgres.js',
      Object.assign(() => {}, { unsafe: method, begin: method, listen: method, end: method }),
      /is a client of postgres\.js, or one like it\. Pass its URL/,
    ],
    [
      'a database of better-sqlite3',
      { prepare: method, exec: method, pragma: method, transaction: method },
      /is a database of better-sqlite3\. Pass its file as file:/,
    ],
    [
      'a database of libsql',
      { prepare: method, exec: method, transaction: method },
      /is an SQLite database of another driver/,
    ],
    [
      'an instance of Knex',
      Object.assign(() => {}, { raw: method, migrate: {}, queryBuilder: method }),
      /is an instance of Knex\. Pass its URL/,
    ],
    ['a promise', Promise.resolve('memory:'), /is a promise\. Await it first/],
    [
      'a database of pg-promise',
      { $pool: {}, query: method, tx: method, connect: method },
      /is a database of pg-promise\. Pass its pool, db\.\$pool/,
    ],
    ['a client of libsql', { execute: method, batch: method }, /an SQLite database of another/],
    ['a PGlite', { query: method, exec: method, waitReady: {} }, /Pass a Kysely instance over it/],
    ['a client of Prisma', { $queryRaw: method, $transaction: method }, /is a client of Prisma/],
    [
      'a database of Drizzle',
      { $client: {}, select: method, transaction: method },
      /is a database of Drizzle\. Pass its driver, db\.\$client/,
    ],
    [
      'a Kysely instance for MySQL',
      mysql(),
      /is a Kysely instance of another dialect\. Pass a URL/,
    ],
    ['a handle that is not open', closed(), /is a DatabaseSync that is not open: call its open/],
    ['nothing', undefined, /^The database is undefined\. Pass a URL, a Pool of pg, a DatabaseSync/],
    ['a number', 5432, /^The database is a number\. Pass a URL/],
    ['a settings object', { host: 'db' }, /is an object of another kind \(Object\)\. Pass a URL/],
  ])('refuses %s in one sentence with the fix (S1)', async (_name, given, sentence) => {
    await expect(openDatabase(given as never)).rejects.toThrow(sentence);
  });

  it('refuses a transaction of Kysely in one sentence with the fix (S1)', async () => {
    await kysely('postgres')
      .transaction()
      .execute(async (transaction) => {
        await expect(openDatabase(transaction)).rejects.toThrow(
          /is a transaction of Kysely\. Pass the Kysely instance itself/,
        );
      });
  });
});

describe('the options of openDatabase', () => {
  it.each([
    [{ poolsize: 3 }, /^poolsize = 3: is not an option: leave it out, or write one of poolSize, /],
    [{ poolSize: 0 }, /^poolSize = 0: must be a whole number of at least 1/],
    [{ migrate: 'no' }, /^migrate = "no": must be true or false/],
    [{ migrations: [] }, /^migrations = \[\]: must be \{ recordedIn, tables, migrations \}/],
    [{ listenUrl: 'https://u:hunter2@h' }, /^listenUrl = "…": must be a URL of PostgreSQL/],
    [{ schema: '' }, /^schema = "": must be 1 to 63 letters, digits and underscores/],
    [{ schema: 'pg_auth' }, /^schema = "pg_auth": .*not begin with a digit or pg_/],
    [{ schema: 'information_schema' }, /^schema = "information_schema": /],
    [{ schema: '1st' }, /^schema = "1st": /],
    [{ schema: 'a"; drop table users; --' }, /^schema = "a\\"; drop table users; --": /],
    [{ schema: 'x'.repeat(64) }, /^schema = "x{64}": /],
  ])('refuses the options %j by name, with the fix', async (options, sentence) => {
    await expect(openDatabase('memory:', options as never)).rejects.toThrow(sentence);
  });

  it('lists all faults of the options at once', async () => {
    const faulty = { poolsize: 3, schema: '' };
    await expect(openDatabase('memory:', faulty as never)).rejects.toThrow(/poolsize.*\nschema/);
  });

  it.each([
    ['memory:', { schema: 'auth' }, 'The option schema is for PostgreSQL, and this is SQLite in'],
    ['memory:', { listenUrl: 'postgres://h/d' }, 'The option listenUrl is for PostgreSQL, and'],
    [new pg.Pool(), { poolSize: 3 }, 'The option poolSize is for a URL, and the database was'],
  ])('refuses an option that does not apply: %s %j', async (given, options, sentence) => {
    await expect(openDatabase(given, options)).rejects.toThrow(sentence);
  });
});

import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { Client, Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../database.ts';

let server: TestDatabase;
let admin: Client;
let name: string;
beforeEach(async () => {
  server = await testDatabase();
  name = new URL(server.url).pathname.slice(1);
  admin = new Client({ connectionString: server.url });
  await admin.connect();
});
afterEach(async () => {
  await admin.end();
  await server.drop();
});

/** Creates a user of this database and returns its URL. */
async function userWith(rights: string): Promise<string> {
  const role = `user_of_${name}`;
  await admin.query(`create role ${role} login`);
  await admin.query(rights.replaceAll('USER', role));
  return server.url.replace('postgres@', `${role}@`);
}

const messageOf = (opening: Promise<unknown>) =>
  opening.then(
    () => expect.fail('opened'),
    (error: Error) => error.message,
  );

/** Every name in the database that is not PostgreSQL's own. */
const names = async () =>
  (
    await admin.query(
      "select relname from pg_class where oid >= 16384 and relname not like 'pg_toast%' order by 1",
    )
  ).rows;

describe('a PostgreSQL that cannot be opened: the advice fits the cause', () => {
  it('names the missing database (S1)', async () => {
    const url = server.url.replace(name, 'no_such_database');
    expect(await messageOf(openDatabase(url))).toMatch(
      /cannot be opened \(database "no_such_database" does not exist\): create that database \(create database\), or correct its name in the database URL\.$/,
    );
    expect(await messageOf(openDatabase(new Pool({ connectionString: url })))).toMatch(
      /or correct its name in the pool\.$/,
    );
  });

  it('names the missing user (S1)', async () => {
    const url = server.url.replace('postgres@', 'no_such_user@');
    expect(await messageOf(openDatabase(url))).toMatch(
      /\(role "no_such_user" does not exist\): create that user, or correct it in the database URL\.$/,
    );
  });

  it('names the right to create tables (S1)', async () => {
    const url = await userWith('revoke create on schema public from public');
    expect(await messageOf(openDatabase(url))).toMatch(
      /\(permission denied for schema public\): let the user create tables \(grant usage, create on schema public to that user; .*\), or let another user run the statements of migrationSql\.$/,
    );
    expect(await names()).toEqual([]);
  });

  it('opens a migrated database as a user who may not create tables (S1)', async () => {
    await (await openDatabase(server.url)).close();
    const url = await userWith(
      'revoke create on schema public from public; grant select, insert, update, delete on all tables in schema public to USER',
    );
    const database = await openDatabase(url);
    await database.check();
    await database.close();
  });

  it('names the tables that another user made and this one may not use (S1)', async () => {
    await (await openDatabase(server.url)).close();
    const url = await userWith('select 1');
    expect(await messageOf(openDatabase(url))).toMatch(
      /\(permission denied for table latchkey_migrations\): grant select, insert, update, delete on the tables of Latchkey to the user, or open the database as their owner\.$/,
    );
    const role = new URL(url).username;
    await admin.query(`grant select on latchkey_migrations to ${role}`);
    await admin.query(`grant select, insert on latchkey_sessions, latchkey_keys to ${role}`);
    expect(await messageOf(openDatabase(url))).toMatch(
      /does not let this user read and write latchkey_audit_events, latchkey_audit_removals, latchkey_audit_seals, latchkey_revocation_notices, latchkey_revocations: grant select, insert, update, delete on these tables to that user\.$/,
    );
  });

  it('names the limit of connections (S1)', async () => {
    const url = await userWith('alter role USER connection limit 0');
    expect(await messageOf(openDatabase(url))).toMatch(
      /\(too many connections for role "\w+"\): lower poolSize, raise max_connections of the server, or put PgBouncer in front of it\.$/,
    );
  });

  it('names a server that is read-only (S1)', async () => {
    await admin.query(`alter database ${name} set default_transaction_read_only = on`);
    expect(await messageOf(openDatabase(server.url))).toMatch(
      /\(cannot execute \S+ .*in a read-only transaction\): this server is read-only: name the primary in the database URL\.$/,
    );
  });

  it('names a server without TLS (S1)', async () => {
    expect(await messageOf(openDatabase(`${server.url}?sslmode=require`))).toMatch(
      /\(The server does not support SSL connections\): the server has no TLS: use sslmode=disable, or turn TLS on there\.$/,
    );
  });

  it('names a search path without a schema (S1)', async () => {
    await admin.query('drop schema public cascade');
    expect(await messageOf(openDatabase(server.url))).toMatch(
      /\(no schema has been selected to create in\): create the schema public, or give the tables one with the option schema\.$/,
    );
  });

  it('names a socket without a server (S1)', async () => {
    expect(await messageOf(openDatabase('postgres://u@/db?host=/nonexistent'))).toMatch(
      /^PostgreSQL at the socket in \/nonexistent, database db cannot be opened \(.*ENOENT.*\): start PostgreSQL, or correct the socket's folder in the database URL\.$/,
    );
  });

  it('names listenUrl if it leads nowhere, and leaves nothing open (S1)', async () => {
    const listenUrl = 'postgres://u:hunter2@127.0.0.1:1/db';
    const message = await messageOf(openDatabase(server.url, { listenUrl }));
    expect(message).toMatch(
      /^PostgreSQL at 127\.0\.0\.1:1\/db, which listenUrl names, cannot be opened \(.*ECONNREFUSED.*\): start PostgreSQL there, or correct the host and port in listenUrl\.$/,
    );
    const connections = () =>
      admin.query(
        'select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
    /** Sooner than the pool would close its idle connections by itself. */
    await expect.poll(async () => (await connections()).rows, { timeout: 8_000 }).toEqual([]);
  });
});

describe("a name that is another app's", () => {
  it.each([
    [
      'a table latchkey_sessions',
      'create table latchkey_sessions (sid text, sess json)',
      'latchkey_sessions',
      'sealed_successor',
    ],
    [
      'a view latchkey_keys',
      'create view latchkey_keys as select 1 as id',
      'latchkey_keys',
      'signs_from',
    ],
    [
      'a table latchkey_migrations',
      'create table latchkey_migrations (version int)',
      'latchkey_migrations',
      'name',
    ],
  ])(
    'refuses %s in one sentence within a second, and changes nothing (S1)',
    async (_what, statement, table, column) => {
      await admin.query(statement);
      const before = await names();
      const began = performance.now();
      expect(await messageOf(openDatabase(server.url))).toBe(
        `PostgreSQL at 127.0.0.1:${server.port}/${name} has something named ${table} that Latchkey did not make (it has no column ${column}): rename it, or give the tables of Latchkey a schema of their own with the option schema.`,
      );
      expect(performance.now() - began).toBeLessThan(1_000);
      expect(await names()).toEqual(before);
      await (await openDatabase(server.url, { schema: 'latchkey' })).close();
    },
  );

  it('refuses an index or a function of the name of ours without ten seconds of waiting (S1)', async () => {
    await admin.query(
      'create table users (id text); create index latchkey_sessions_user_id on users (id)',
    );
    const before = await names();
    const began = performance.now();
    expect(await messageOf(openDatabase(server.url))).toMatch(
      /\(migration 001-initial of latchkey_migrations failed: relation "latchkey_sessions_user_id" already exists\): something of that name exists that Latchkey did not make: rename it, or give the tables a schema of their own with the option schema\.$/,
    );
    expect(performance.now() - began).toBeLessThan(5_000);
    const after = (await names()).filter(
      ({ relname }) => !relname.startsWith('latchkey_migrations'),
    );
    expect(after).toEqual(before);
  });
});

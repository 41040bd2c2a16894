import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../database.ts';

let server: TestDatabase;
let client: Client;
beforeEach(async () => {
  server = await testDatabase();
  client = new Client({ connectionString: server.url });
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await server.drop();
});

const tables = async () =>
  (
    await client.query<{ name: string }>(
      'select tablename as name from pg_tables where schemaname = current_schema() order by 1',
    )
  ).rows.map(({ name }) => name);
const DISPOSAL = 'drop that database, or set the database URL to another one.';

describe('a PostgreSQL database', () => {
  it.each([
    [
      'the record of its migrations',
      "create table kysely_migration (name text); insert into kysely_migration values ('001-sessions-and-users')",
    ],
    [
      'its sessions table',
      'create table sessions (id text, sealed_successor text, handed_out_at bigint)',
    ],
  ])(
    'refuses a PostgreSQL database of an older version by %s, and changes nothing',
    async (_name, statements) => {
      await client.query(statements);
      const before = await tables();
      await expect(openDatabase(server.url)).rejects.toThrow(
        `was made by an older version of Latchkey, whose data is not converted: ${DISPOSAL}`,
      );
      expect(await tables()).toEqual(before);
    },
  );

  it("migrates a PostgreSQL database beside another app's users, sessions and kysely_migration", async () => {
    await client.query(
      "create table users (email text); create table sessions (sid text); create table kysely_migration (name text); insert into kysely_migration values ('001-initial')",
    );
    const database = await openDatabase(server.url);
    await database.close();
    expect(await tables()).toEqual(
      expect.arrayContaining(['kysely_migration', 'latchkey_sessions', 'sessions', 'users']),
    );
  });

  it('migrates a PostgreSQL database beside an older version in another schema', async () => {
    await client.query(
      'create schema older; create table older.sessions (id text, sealed_successor text, handed_out_at bigint)',
    );
    await (await openDatabase(server.url)).close();
  });

  it.each([
    ['delete from latchkey_migrations', /has the table latchkey_sessions, and latchkey_migrations/],
    ['drop table latchkey_keys', /lacks the table latchkey_keys, and latchkey_migrations says/],
  ])('refuses a PostgreSQL database that is half migrated: %s', async (loss, sentence) => {
    await (await openDatabase(server.url)).close();
    await client.query(loss);
    const before = await tables();
    await expect(openDatabase(server.url)).rejects.toThrow(sentence);
    expect(await tables()).toEqual(before);
  });
});

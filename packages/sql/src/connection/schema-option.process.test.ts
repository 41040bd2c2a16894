import { sessionRecord } from '@latchkey/core/testing/contracts';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { auditEntry } from '@latchkey/test-support';
import { Client, Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqlAuditLog } from '../audit/audit-log.ts';
import { openDatabase } from '../database.ts';
import { pendingMigrations } from '../migrations/pending-migrations.ts';
import { sqlSessionStore } from '../sessions/session-store.ts';

let server: TestDatabase;
let admin: Client;
beforeEach(async () => {
  server = await testDatabase();
  admin = new Client({ connectionString: server.url });
  await admin.connect();
});
afterEach(async () => {
  await admin.end();
  await server.drop();
});

const tablesIn = async (schema: string) =>
  (
    await admin.query<{ name: string }>(
      'select tablename as name from pg_tables where schemaname = $1 order by 1',
      [schema],
    )
  ).rows.map(({ name }) => name);

const OURS = [
  'latchkey_audit_events',
  'latchkey_audit_removals',
  'latchkey_audit_seals',
  'latchkey_keys',
  'latchkey_migrations',
  'latchkey_migrations_lock',
  'latchkey_revocation_notices',
  'latchkey_revocations',
  'latchkey_sessions',
];

/** Creates a user of this database and returns its URL. */
async function userWith(name: string, rights: string): Promise<string> {
  const role = `${name}_${new URL(server.url).pathname.slice(1)}`;
  await admin.query(`create role ${role} login`);
  await admin.query(rights.replaceAll('USER', role));
  return server.url.replace('postgres@', `${role}@`);
}

describe('the option schema', () => {
  it("puts every table into a schema of its own, beside an app's users, sessions and keys (S1)", async () => {
    await admin.query(
      'create table users (email text); create table sessions (sid text); create table keys (k text)',
    );
    const database = await openDatabase(server.url, { schema: 'Auth' });
    expect(database.schema).toBe('Auth');
    expect([await tablesIn('public'), await tablesIn('Auth')]).toEqual([
      ['keys', 'sessions', 'users'],
      OURS,
    ]);
    await database.check();
    await database.close();
    const again = await openDatabase(server.url, { schema: 'Auth' });
    expect(again.migrated).toEqual([]);
    await again.close();
  });

  it('keeps two schemas of one database apart, and the default one', async () => {
    const databases = [
      await openDatabase(server.url, { schema: 'one' }),
      await openDatabase(server.url, { schema: 'two' }),
      await openDatabase(server.url),
    ];
    const session = sessionRecord();
    const stores = databases.map(sqlSessionStore);
    await stores[0]?.create(session);
    expect(await Promise.all(stores.map((store) => store.find(session.id)))).toEqual([
      session,
      null,
      null,
    ]);
    expect(await tablesIn('public')).toEqual(OURS);
    await Promise.all(databases.map((database) => database.close()));
  });

  it('keeps the audit log in a schema append-only', async () => {
    const database = await openDatabase(server.url, { schema: 'auth' });
    await sqlAuditLog(database).append([auditEntry()]);
    await expect(admin.query('delete from auth.latchkey_audit_events')).rejects.toThrow(
      'latchkey_audit_events is append-only',
    );
    await expect(
      admin.query('update auth.latchkey_audit_events set sealed_in = 1'),
    ).rejects.toThrow('latchkey_audit_events is append-only');
    await database.close();
  });

  it("looks up an app's own tables in the search path", async () => {
    await admin.query("create table users (email text); insert into users values ('a@b.example')");
    const database = await openDatabase(server.url, { schema: 'auth' });
    const { run } = database.withTables<{ users: { email: string } }>();
    const store = sqlSessionStore(database);
    const session = sessionRecord();
    const failing = database.transaction(async () => {
      await run((db) => db.insertInto('users').values({ email: 'c@d.example' }).execute());
      await store.create(session);
      throw new Error('the payment fails');
    });
    await expect(failing).rejects.toThrow('the payment fails');
    expect(await run((db) => db.selectFrom('users').selectAll().execute())).toHaveLength(1);
    expect(await store.find(session.id)).toBeNull();
    await database.close();
  });

  it("finds its tables whatever search path an app sets on its pool's connections (S1)", async () => {
    await admin.query('create schema tenant; create table tenant.latchkey_sessions (id text)');
    const pool = new Pool({ connectionString: server.url, max: 1 });
    pool.on('error', () => {});
    const database = await openDatabase(pool);
    expect(database.schema).toBe('public');
    await pool.query('set search_path to tenant');
    const store = sqlSessionStore(database);
    const session = sessionRecord();
    await store.create(session);
    expect(await store.find(session.id)).toEqual(session);
    await sqlAuditLog(database).append([auditEntry()]);
    await database.close();
    await pool.end();
  });

  it('uses an existing schema as a user who may not create one (S1)', async () => {
    const url = await userWith('guest', 'create schema auth authorization USER');
    const database = await openDatabase(url, { schema: 'auth' });
    expect(await tablesIn('auth')).toEqual(OURS);
    await database.close();
  });

  it('refuses in one sentence to create a schema as a user who may not (S1)', async () => {
    const url = await userWith('limited', 'select 1');
    await expect(openDatabase(url, { schema: 'auth' })).rejects.toThrow(
      /^PostgreSQL at \S+ cannot be opened \(the schema auth cannot be created: permission denied for database \S+\): let the user create tables \(grant usage, create on schema auth to that user; for a new schema: grant create on database\), or let another user run the statements of migrationSql\.$/,
    );
  });

  it('migrates a schema once for ten nodes that start together', async () => {
    const nodes = await Promise.all(
      Array.from({ length: 10 }, () => openDatabase(server.url, { schema: 'auth', poolSize: 1 })),
    );
    expect(nodes.flatMap(({ migrated }) => migrated)).toEqual(['latchkey_migrations/001-initial']);
    await Promise.all(nodes.map((node) => node.close()));
  });

  it('tells the pending migrations of a schema', async () => {
    await (await openDatabase(server.url)).close();
    const [pending, ...more] = await pendingMigrations(server.url, { schema: 'auth' });
    expect([pending?.statements[0], more]).toEqual(['create schema if not exists "auth"', []]);
    expect(await pendingMigrations(server.url)).toEqual([]);
  });
});

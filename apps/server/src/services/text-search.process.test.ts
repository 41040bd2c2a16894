import { type SqlDatabase, sqlAuditLog } from '@latchkey/sql';
import { type TestDatabase, testDatabase } from '@latchkey/test-services';
import { auditEntry } from '@latchkey/test-support';
import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userLists } from '../features/accounts/search/user-lists.ts';
import { sqlUserStore } from '../features/accounts/user-store.ts';
import { sqlAuditSearch } from '../features/audit/audit-search.ts';
import { startApp } from '../testing/start-app.ts';
import { appTables, openAppDatabase } from './app-database.ts';
import { hasTrigrams, NO_TRIGRAMS } from './text-search.ts';

/** Runs statements as the owner of the server. */
async function asOwner(url: string, ...statements: string[]): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

describe('a PostgreSQL database whose role may not create pg_trgm', () => {
  let owner: TestDatabase;
  let url: string;
  let role: string;
  let database: SqlDatabase;
  beforeAll(async () => {
    owner = await testDatabase();
    const place = new URL(owner.url);
    role = `plain_${place.pathname.slice(1)}`;
    await asOwner(
      owner.url,
      `create role ${role} login`,
      `grant create, usage on schema public to ${role}`,
    );
    place.username = role;
    url = place.href;
    database = await openAppDatabase(url);
    await sqlUserStore(appTables(database)).create({
      id: 'a',
      username: 'alice',
      role: 'User',
      passwordHash: 'x',
      createdAt: 1,
    });
    await sqlAuditLog(database).append([
      auditEntry({
        kind: 'role.changed',
        at: 1,
        statedReason: 'On Leave',
        actorId: null,
        userId: 'b',
      }),
      auditEntry({ kind: 'session.issued', at: 2, userId: 'a', actorId: 'a' }),
    ]);
  }, 60_000);
  afterAll(async () => {
    await database.close();
    await asOwner(owner.url, `drop owned by ${role}`, `drop role ${role}`);
    await owner.drop();
  });

  const found = async (text: string) => {
    const { records, match } = await sqlAuditSearch(appTables(database)).search({ text, limit: 9 });
    return [match, records.map(({ at }) => at)];
  };
  const listed = async (search: string) => {
    const { users, match, total } = await userLists(appTables(database)).page({ search, limit: 9 });
    return [match, users.map(({ username }) => username), total?.count];
  };

  it('matches the beginning of names and reasons, and says so', async () => {
    expect(await hasTrigrams(appTables(database))).toBe(false);
    expect([await listed('alic'), await listed('lice')]).toEqual([
      ['beginning', ['alice'], 1],
      ['beginning', [], 0],
    ]);
    expect([await found('ON lea'), await found('leave'), await found('ALI')]).toEqual([
      ['beginning', [1]],
      ['beginning', []],
      ['beginning', [2]],
    ]);
  });

  it('logs one sentence with the fix when the server starts', async () => {
    const app = await startApp({ databaseUrl: url });
    expect(app.log().filter(({ warning }) => warning === NO_TRIGRAMS)).toHaveLength(1);
    await app.close();
  });

  it('matches anywhere once the extension was created and the database is opened again', async () => {
    await asOwner(owner.url, 'create extension pg_trgm');
    const again = await openAppDatabase(url);
    expect(await hasTrigrams(appTables(again))).toBe(true);
    const { users, match } = await userLists(appTables(again)).page({ search: 'lice', limit: 9 });
    expect([match, users.length]).toEqual(['anywhere', 1]);
    await again.close();
  });
});

it('servers that open a new database together all find the indexes of trigrams', async () => {
  const postgres = await testDatabase();
  const opened = await Promise.all([1, 2, 3].map(() => openAppDatabase(postgres.url)));
  for (const database of opened) {
    expect(await hasTrigrams(appTables(database))).toBe(true);
    await database.close();
  }
  await postgres.drop();
});

it("SQLite's index of trigrams follows changed and removed users, also after a vacuum", async () => {
  const database = await openAppDatabase('memory:');
  const users = sqlUserStore(appTables(database));
  for (const username of ['first', 'second', 'third'])
    await users.create({ id: username, username, role: 'User', passwordHash: 'x', createdAt: 1 });
  await users.remove('first');
  await sql`vacuum`.execute(database.db);
  await sql`update app_users set username = 'renamed' where id = 'third'`.execute(database.db);
  const find = async (text: string) =>
    (await userLists(appTables(database)).page({ search: text, limit: 9 })).users.map(
      ({ id }) => id,
    );
  expect([await find('irs'), await find('eco'), await find('thir'), await find('ename')]).toEqual([
    [],
    ['second'],
    [],
    ['third'],
  ]);
  await database.close();
});

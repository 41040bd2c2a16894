import { readFileSync, writeFileSync } from 'node:fs';
import { StoreUnavailableError } from '@latchkey/core';
import { sessionRecord } from '@latchkey/core/testing/contracts';
import { startPostgres, type TestPostgres } from '@latchkey/test-services';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatabase, type SqlDatabase } from '../../database.ts';
import { sqlSessionStore } from '../../sessions/session-store.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const closing = (databases: readonly SqlDatabase[]) =>
  Promise.all(databases.map((database) => database.close()));

describe('PostgreSQL', () => {
  it('migrates a PostgreSQL database once for ten nodes that start together', async () => {
    const nodes = await Promise.all(Array.from({ length: 10 }, () => openDatabase(server.url)));
    expect(nodes.flatMap((node) => node.migrated)).toEqual(['latchkey_migrations/001-initial']);
    await closing(nodes);
  });

  it('parses each SQL statement once for each PostgreSQL connection', async () => {
    const database = await openDatabase(server.url, { poolSize: 1 });
    const store = sqlSessionStore(database);
    for (let n = 0; n < 5; n++) await store.find(`none ${n}`);
    const { rows } = await sql<{ statement: string; used: number }>`
      select statement, generic_plans + custom_plans as used from pg_prepared_statements where statement like '%"latchkey_sessions" where "id" = %'`.execute(
      database.db,
    );
    expect(rows).toEqual([{ statement: expect.stringMatching(/^select/), used: 5 }]);
    await database.close();
  });

  it('throws StoreUnavailableError at once when PostgreSQL is killed, and keeps all commits', async () => {
    const database = await openDatabase(server.url);
    const store = sqlSessionStore(database);
    const session = sessionRecord();
    await store.create(session);
    await store.revoke(session.id, 'signed_out', 7);

    await server.kill();
    for (let attempt = 0; attempt < 3; attempt++)
      await expect(store.find(session.id)).rejects.toThrow(StoreUnavailableError);
    await expect(database.check()).rejects.toThrow(StoreUnavailableError);

    await server.restart();
    expect(await store.find(session.id)).toMatchObject({
      revokedAt: 7,
      revokedReason: 'signed_out',
    });
    await database.close();
  });

  it('rejects pending queries when PostgreSQL is killed, and the process survives', async () => {
    const database = await openDatabase(server.url);
    for (let round = 0; round < 5; round++) {
      const queries = Array.from({ length: 100 }, () => database.check());
      const answers = Promise.allSettled(queries);
      await queries[0];
      await server.kill();
      for (const answer of await answers)
        if (answer.status === 'rejected')
          expect(answer.reason).toBeInstanceOf(StoreUnavailableError);
      await server.restart();
    }
    await database.close();
  });

  it('reports an unreachable PostgreSQL, or a refused user, without the password', async () => {
    const { port } = new URL(server.url);
    await expect(openDatabase('postgres://u:hunter2@127.0.0.1:1/db')).rejects.toThrow(
      /^PostgreSQL at 127\.0\.0\.1:1\/db cannot be opened \(.*ECONNREFUSED.*\): start PostgreSQL there, or correct the host and port in the database URL\.$/,
    );
    await expect(
      openDatabase(`postgres://postgres:hunter2@127.0.0.1:${port}/none`),
    ).rejects.toThrow(/database "none" does not exist/);
    await expect(
      openDatabase(`postgres://postgres:hunter2@127.0.0.1:${port}/none`),
    ).rejects.not.toThrow(/hunter2/);
  });

  it('reports a refused password when the database is opened, and an outage later', async () => {
    const admin = await openDatabase(server.url);
    const setPassword = (password: string) =>
      sql.raw(`alter role guarded password '${password}'`).execute(admin.db);
    await sql.raw("create role guarded login superuser password 'right'").execute(admin.db);
    const { rows } = await sql<{
      path: string;
    }>`select setting as path from pg_settings where name = 'hba_file'`.execute(admin.db);
    const path = rows[0]?.path ?? '';
    writeFileSync(
      path,
      `host all guarded 127.0.0.1/32 scram-sha-256\nhost all outsider 127.0.0.1/32 reject\n${readFileSync(path, 'utf8')}`,
    );
    await sql`select pg_reload_conf()`.execute(admin.db);
    const url = (password: string) => server.url.replace('postgres@', `guarded:${password}@`);
    const wrong = await vi.waitFor(() =>
      openDatabase(url('hunter2')).then(
        () => expect.fail('opened'),
        (error: Error) => error.message,
      ),
    );
    expect(wrong).toMatch(
      /^PostgreSQL at 127\.0\.0\.1:\d+\/postgres cannot be opened \(password authentication failed for user "guarded"\): correct the password in the database URL\.$/,
    );

    await expect(openDatabase(url('').replace(':@', '@'))).rejects.toThrow(
      /client password must be a string\): add the password to the database URL\.$/,
    );
    await expect(openDatabase(server.url.replace('postgres@', 'outsider@'))).rejects.toThrow(
      /no encryption\): add \?sslmode=require to the URL, .*else allow this user, .* in pg_hba\.conf\.$/,
    );

    const database = await openDatabase(url('right'), { poolSize: 1 });
    await setPassword('another');
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'guarded'`.execute(
      admin.db,
    );
    const store = sqlSessionStore(database);
    for (let attempt = 0; attempt < 3; attempt++)
      await expect(store.find('x')).rejects.toThrow(StoreUnavailableError);
    await setPassword('right');
    expect(await store.find('x')).toBeNull();
    await Promise.all([database.close(), admin.close()]);
  });
});

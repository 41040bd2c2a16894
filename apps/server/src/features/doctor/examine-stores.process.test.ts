import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '@latchkey/core';
import { openDatabase } from '@latchkey/sql';
import { startPgBouncer, startRedis, testDatabase } from '@latchkey/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseEnv } from '../../config/env.ts';
import { openAppDatabase } from '../../services/app-database.ts';
import { examineStores } from './examine-stores.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = () => join(folder, 'latchkey.db');
const examine = async (variables: Record<string, string> = {}, clock = systemClock) =>
  (await examineStores(parseEnv({ DATABASE_URL: `file:${file()}`, ...variables }), clock)).map(
    ({ id }) => id,
  );
const change = (sql: string) => {
  const database = new DatabaseSync(file());
  database.exec(sql);
  database.close();
};

describe("the doctor's findings about the stores", () => {
  it('the doctor reports no findings for a missing or current database, and writes nothing', async () => {
    expect(await examine()).toEqual([]);
    await (await openAppDatabase(`file:${file()}`)).close();
    expect(await examine()).toEqual([]);
  });

  it('the doctor finds a schema that lacks a migration, is newer, or is of an older version', async () => {
    await (await openDatabase(`file:${file()}`)).close();
    expect(await examine()).toEqual(['migrations-pending']);
    expect(await examine()).toEqual(['migrations-pending']);
    change("insert into latchkey_migrations values ('999-of-the-future', '2030-01-01')");
    expect(await examine()).toEqual(['schema-newer']);
    change(
      "create table kysely_migration (name text, timestamp text); insert into kysely_migration values ('001-sessions-and-users', '2026-01-01')",
    );
    expect(await examine()).toEqual(['schema-unusable']);
  });

  it.each([
    ['ahead', -60],
    ['behind', 60],
  ])('the doctor finds a clock that is %s', async (_which, bySeconds) => {
    await (await openAppDatabase(`file:${file()}`)).close();
    expect(await examine({}, { now: () => systemClock.now() + bySeconds * 1000 })).toEqual([
      'clock-database',
    ]);
  });

  it('the doctor finds a store that does not answer', async () => {
    expect(await examine({ DATABASE_URL: 'postgres://unknown:hidden@127.0.0.1:1/none' })).toEqual([
      'store-unreachable',
    ]);
    expect(await examine({ REDIS_URL: 'redis://127.0.0.1:1' })).toEqual(['redis-unreachable']);
  });

  it('the doctor finds a PgBouncer without a URL for LISTEN, and a table of another app (S1)', async () => {
    const postgres = await testDatabase();
    const bouncer = await startPgBouncer(postgres.url);
    await (await openAppDatabase(postgres.url)).close();
    const variables = { DATABASE_URL: postgres.urlAt(bouncer.port) };
    expect(await examine(variables)).toEqual(['database-polled']);
    expect(await examine({ ...variables, DATABASE_LISTEN_URL: postgres.url })).toEqual([]);
    await bouncer.stop();
    await postgres.drop();
    change('create table latchkey_keys (id text)');
    expect(await examine()).toEqual(['schema-unusable']);
  });

  it('the doctor finds a Redis that may evict sessions', async () => {
    const redis = await startRedis({ config: ['maxmemory 100mb', 'maxmemory-policy allkeys-lru'] });
    expect(await examine({ REDIS_URL: redis.url })).toEqual(['redis-unfit']);
    await redis.stop();
  });
});

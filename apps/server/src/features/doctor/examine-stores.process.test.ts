import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '@latchkey/core';
import { openDatabase } from '@latchkey/sql';
import { startRedis } from '@latchkey/test-services';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseEnv } from '../../env.ts';
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

describe('of the stores is found', () => {
  it('nothing where there is no database yet, nor in one that is up to date; and nothing is written', async () => {
    expect(await examine()).toEqual([]);
    await (await openDatabase(`file:${file()}`)).close();
    expect(await examine()).toEqual([]);
  });

  it('a schema that is older, or newer', async () => {
    await (await openDatabase(`file:${file()}`)).close();
    change("delete from kysely_migration where name like '007%'");
    expect(await examine()).toEqual(['migrations-pending']);
    expect(await examine()).toEqual(['migrations-pending']);
    change("insert into kysely_migration values ('999-of-the-future', '2030-01-01')");
    expect(await examine()).toEqual(['schema-newer']);
  });

  it.each([
    ['ahead', -60],
    ['behind', 60],
  ])('a clock that is %s', async (_which, bySeconds) => {
    await (await openDatabase(`file:${file()}`)).close();
    expect(await examine({}, { now: () => systemClock.now() + bySeconds * 1000 })).toEqual([
      'clock-database',
    ]);
  });

  it('one that does not answer', async () => {
    expect(await examine({ DATABASE_URL: 'postgres://nobody:hidden@127.0.0.1:1/none' })).toEqual([
      'store-unreachable',
    ]);
    expect(await examine({ REDIS_URL: 'redis://127.0.0.1:1' })).toEqual(['redis-unreachable']);
  });

  it('a Redis that may throw sessions away', async () => {
    const redis = await startRedis({ config: ['maxmemory 100mb', 'maxmemory-policy allkeys-lru'] });
    expect(await examine({ REDIS_URL: redis.url })).toEqual(['redis-unfit']);
    await redis.stop();
  });
});

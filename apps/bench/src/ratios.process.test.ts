import { testDatabase, testRedis } from '@latchkey/test-services';
import { expect, it } from 'vitest';
import { benchQuery } from './query-bench.ts';
import { benchPostgres, benchRedis } from './rotation/rotation-bench.ts';
import type { Servers } from './servers.ts';

/** One short round of each side: a failed call ends the benchmark. */
const PACE = { rounds: 1, seconds: 0.02, warmUpSeconds: 0.02 };

it('benchQuery sends queries that are answered, each side of each pair', async () => {
  const comparisons = await benchQuery(PACE);
  expect(comparisons).toHaveLength(4);
  for (const { ratio } of comparisons) expect(ratio).toBeGreaterThan(0);
});

it('benchRedis and benchPostgres rotate sessions, through the store and without it', async () => {
  const redis = await testRedis();
  const databases = await Promise.all([testDatabase(), testDatabase()]);
  const urls = databases.map(({ url }) => url);
  const servers = {
    redisUrl: redis.url,
    newDatabase: async () => urls.shift() ?? '',
  } as unknown as Servers;
  const inRedis = await benchRedis(servers, PACE);
  const { rotation } = await benchPostgres(servers, PACE);
  for (const { ratio } of [inRedis, rotation]) expect(ratio).toBeGreaterThan(0);
  await redis.drop();
  for (const database of databases) await database.drop();
});

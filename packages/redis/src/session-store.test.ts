import { durableRevocations, memoryRevocationLog, type SessionStore } from '@latchkey/core';
import { sessionRecord, sessionStoreContract } from '@latchkey/core/testing';
import * as vitest from 'vitest';
import { expect, it } from 'vitest';
import { openRedis } from './open-redis.ts';
import { redisSessionStore } from './session-store.ts';
import { startRedis, startRedisCluster } from './testing/index.ts';

const asItIs = (store: SessionStore) => store;
const durable = (store: SessionStore) => durableRevocations(store, memoryRevocationLog());

for (const [name, start, kept] of [
  ['Redis', startRedis, asItIs],
  ['Redis Cluster', startRedisCluster, asItIs],
  ['Redis with durable revocations', startRedis, durable],
  ['Redis Cluster with durable revocations', startRedisCluster, durable],
] as const)
  sessionStoreContract(
    name,
    vitest,
    async () => {
      const server = await start();
      const redis = await openRedis(server.url);
      return {
        store: kept(redisSessionStore(redis)),
        async close() {
          await redis.close();
          await server.stop();
        },
      };
    },
    { removesExpired: false },
  );

it('a session whose id does not begin with the home of its user is refused', async () => {
  const server = await startRedis();
  const redis = await openRedis(server.url);
  const store = redisSessionStore(redis);
  const stray = { ...sessionRecord(), id: sessionRecord().id };
  await expect(store.create(stray)).rejects.toThrow(/home of its user/);
  expect(await store.find(stray.id)).toBeNull();
  await redis.close();
  await server.stop();
});

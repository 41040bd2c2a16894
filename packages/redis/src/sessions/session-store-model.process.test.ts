import { sessionStoreModel } from '@latchkey/core/testing/contracts';
import { startRedis, startRedisCluster } from '@latchkey/test-services';
import fc from 'fast-check';
import * as vitest from 'vitest';
import { openRedis } from '../connection/open-redis.ts';
import { redisSessionStore } from './session-store.ts';

/** One restart in this many also kills the Redis server, while a connection is open. */
const KILL_EVERY = 10;

for (const [name, start] of [
  ['Redis', startRedis],
  ['Redis Cluster', startRedisCluster],
] as const)
  sessionStoreModel(
    name,
    vitest,
    fc,
    async () => {
      const server = await start();
      let redis = await openRedis(server.url);
      let restarts = 0;
      return {
        store: redisSessionStore(redis),
        async reopen() {
          if ('restart' in server && restarts++ % KILL_EVERY === 0) {
            await server.kill();
            await server.restart();
          }
          await redis.close();
          redis = await openRedis(server.url);
          return redisSessionStore(redis);
        },
        async close() {
          await redis.close();
          await server.stop();
        },
      };
    },
    { removesExpired: false },
  );

import { countersContract } from '@latchkey/core/testing/contracts';
import { startRedis, startRedisCluster } from '@latchkey/test-services';
import * as vitest from 'vitest';
import { redisCounters } from './counters.ts';
import { openRedis } from './open-redis.ts';

for (const [name, start] of [
  ['Redis', startRedis],
  ['Redis Cluster', startRedisCluster],
] as const)
  countersContract(
    name,
    vitest,
    async (clock) => {
      const server = await start();
      const [here, there] = [await openRedis(server.url), await openRedis(server.url)];
      return {
        counters: [redisCounters(here, clock), redisCounters(there, clock)],
        async close() {
          await Promise.all([here.close(), there.close()]);
          await server.stop();
        },
      };
    },
    { purges: false },
  );

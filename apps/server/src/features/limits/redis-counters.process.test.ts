import { openRedis } from '@latchkey/redis';
import { startRedisCluster, testRedis } from '@latchkey/test-services';
import * as vitest from 'vitest';
import { redisCounters } from './redis-counters.ts';
import { countersContract } from './testing/counters-contract.ts';

/** Opens a database of the shared Redis; other tests start their own Redis servers. */
const sharedRedis = async () => {
  const { url, drop } = await testRedis();
  return { url, stop: drop };
};

for (const [name, start] of [
  ['Redis', sharedRedis],
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

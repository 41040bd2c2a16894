export { ROTATE } from '../scripts/rotate.ts';
export { startRedis, type TestRedis, type TestRedisOptions } from './start-redis.ts';
export { startRedisCluster, type TestRedisCluster, type TestRedisNode } from './start-redis-cluster.ts';
export { startRedisSentinel, type TestRedisSentinel } from './start-redis-sentinel.ts';

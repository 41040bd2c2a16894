export { startNginx, type TestNginx } from './nginx.ts';
export { startPgBouncer, type TestPgBouncer } from './pgbouncer.ts';
export { startPostgres, type TestPostgres, type TestPostgresOptions } from './postgres.ts';
export {
  type FoundServer,
  findServer,
  SERVER_PROGRAMS,
  type ServerProgram,
} from './programs/servers.ts';
export { startRedis, type TestRedis, type TestRedisOptions } from './redis.ts';
export { startRedisCluster, type TestRedisCluster, type TestRedisNode } from './redis-cluster.ts';
export { startRedisSentinel, type TestRedisSentinel } from './redis-sentinel.ts';
export { type TestDatabase, type TestRedisDatabase, testDatabase, testRedis } from './shared.ts';

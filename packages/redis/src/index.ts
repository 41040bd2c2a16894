/**
 * Sessions in Redis, on ioredis: a single server, Sentinel or Cluster. {@link openRedis} connects;
 * {@link redisSessionStore} and {@link redisRevocationFeed} take the connection. Revocations must
 * survive the loss of Redis: {@link durableRevocations} keeps them in a database beside it.
 *
 * @packageDocumentation
 */

export type { RedisClient } from './connection/connect.ts';
export type { IoredisClient } from './connection/given-client.ts';
export { openRedis, type RedisConnection } from './connection/open-redis.ts';
export { defineScript, type Script } from './connection/script.ts';
export { durableRevocations } from './revocations/durable-revocations.ts';
export { layeredFeed } from './revocations/layered-feed.ts';
export {
  type RedisRevocationFeedOptions,
  redisRevocationFeed,
} from './revocations/revocation-feed.ts';
export { redisSessionStore } from './sessions/session-store.ts';

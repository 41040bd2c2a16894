export type { RedisClient } from './connect.ts';
export { redisCounters } from './counters.ts';
export { openRedis, type RedisConnection } from './open-redis.ts';
export { type RedisRevocationFeedOptions, redisRevocationFeed } from './revocation-feed.ts';
export { redisSessionStore } from './session-store.ts';

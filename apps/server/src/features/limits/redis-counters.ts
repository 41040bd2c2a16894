import type { Clock } from '@latchkey/core';
import { defineScript, type RedisConnection } from '@latchkey/redis';
import type { Counters } from './counters.ts';

/**
 * Lua script that adds points to a count. KEYS: the count. ARGV: points, current time, lifetime of
 * the count, time that Redis keeps it beyond. Returns the points and when they expire.
 */
const ADD_POINTS = `
  local count = redis.call('HMGET', KEYS[1], 'points', 'expiresAt')
  local points = tonumber(ARGV[1])
  local expiresAt = tonumber(count[2])
  if not expiresAt or expiresAt <= tonumber(ARGV[2]) then
    if points <= 0 then return {0, tonumber(ARGV[2])} end
    expiresAt = tonumber(ARGV[2]) + tonumber(ARGV[3])
    redis.call('HSET', KEYS[1], 'points', points, 'expiresAt', expiresAt)
    redis.call('PEXPIRE', KEYS[1], tonumber(ARGV[3]) + tonumber(ARGV[4]))
    return {points, expiresAt}
  end
  points = math.max(0, tonumber(count[1]) + points)
  redis.call('HSET', KEYS[1], 'points', points)
  return {points, expiresAt}
`;

/**
 * Lua script that sets a count. KEYS: the count. ARGV: points, when they expire, how long Redis
 * keeps them.
 */
const SET_POINTS = `
  redis.call('HSET', KEYS[1], 'points', ARGV[1], 'expiresAt', ARGV[2])
  return redis.call('PEXPIRE', KEYS[1], ARGV[3])
`;

/**
 * Milliseconds that Redis keeps a key longer than its count lasts: expiry is judged by the nodes'
 * clock, and Redis's may be ahead of it.
 */
const MARGIN_MS = 3_600_000;

const keyOf = (key: string) => `latchkey:counter:${key}`;

/** Creates counters in Redis. Each is a hash that Redis expires. */
export function redisCounters(
  { client, run }: Pick<RedisConnection, 'client' | 'run'>,
  clock: Clock,
): Counters {
  const addPoints = defineScript<[points: number, expiresAt: number]>(
    client,
    'AddPoints',
    ADD_POINTS,
  );
  const setPoints = defineScript<number>(client, 'SetPoints', SET_POINTS);

  return {
    add: (key, points, lastsMs) =>
      run(async () => {
        const [total, expiresAt] = await addPoints(
          [keyOf(key)],
          [points, clock.now(), lastsMs, MARGIN_MS],
        );
        return { points: total, expiresAt };
      }),

    set: (key, points, lastsMs) =>
      run(async () => {
        const expiresAt = clock.now() + lastsMs;
        await setPoints([keyOf(key)], [points, expiresAt, lastsMs + MARGIN_MS]);
        return { points, expiresAt };
      }),

    get: (key) =>
      run(async () => {
        const [points, expiresAt] = await client.hmget(keyOf(key), 'points', 'expiresAt');
        return Number(expiresAt ?? 0) > clock.now()
          ? { points: Number(points), expiresAt: Number(expiresAt) }
          : null;
      }),

    remove: (key) =>
      run(async () => {
        const expiresAt = await client.hget(keyOf(key), 'expiresAt');
        await client.del(keyOf(key));
        return Number(expiresAt ?? 0) > clock.now();
      }),

    purge: async () => 0,
  };
}

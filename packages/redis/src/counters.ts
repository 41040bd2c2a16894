import type { Clock, Counters } from '@latchkey/core';
import { available } from './connection/availability.ts';
import type { RedisConnection } from './connection/open-redis.ts';
import { script } from './connection/script.ts';
import { ADD_POINTS } from './scripts/add-points.ts';
import { SET_POINTS } from './scripts/set-points.ts';

/**
 * Keys outlive what they hold by this much: expiry is judged by the clock of the nodes, and Redis's
 * may be ahead of it.
 */
const MARGIN_MS = 3_600_000;

const keyOf = (key: string) => `latchkey:counter:${key}`;

/** Counts in Redis, a hash each. Redis forgets them by itself. */
export function redisCounters({ client }: Pick<RedisConnection, 'client'>, clock: Clock): Counters {
  const addPoints = script<[points: number, expiresAt: number]>(client, 'AddPoints', ADD_POINTS);
  const setPoints = script<number>(client, 'SetPoints', SET_POINTS);

  return {
    add: (key, points, lastsMs) =>
      available(client, async () => {
        const [total, expiresAt] = await addPoints(
          [keyOf(key)],
          [points, clock.now(), lastsMs, MARGIN_MS],
        );
        return { points: total, expiresAt };
      }),

    set: (key, points, lastsMs) =>
      available(client, async () => {
        const expiresAt = clock.now() + lastsMs;
        await setPoints([keyOf(key)], [points, expiresAt, lastsMs + MARGIN_MS]);
        return { points, expiresAt };
      }),

    get: (key) =>
      available(client, async () => {
        const [points, expiresAt] = await client.hmget(keyOf(key), 'points', 'expiresAt');
        return Number(expiresAt ?? 0) > clock.now()
          ? { points: Number(points), expiresAt: Number(expiresAt) }
          : null;
      }),

    remove: (key) =>
      available(client, async () => {
        const expiresAt = await client.hget(keyOf(key), 'expiresAt');
        await client.del(keyOf(key));
        return Number(expiresAt ?? 0) > clock.now();
      }),

    purge: async () => 0,
  };
}

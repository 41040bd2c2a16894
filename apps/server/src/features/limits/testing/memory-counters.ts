import type { Clock } from '@latchkey/core';
import type { Count, Counters } from '../counters.ts';

/** Creates counters in the memory of one process; beyond the maximum, the oldest are deleted. */
export function memoryCounters(clock: Clock, most = 100_000): Counters {
  const counts = new Map<string, Count>();

  function live(key: string): Count | null {
    const count = counts.get(key);
    return count && clock.now() < count.expiresAt ? count : null;
  }

  function put(key: string, count: Count): Count {
    counts.delete(key);
    counts.set(key, count);
    for (const oldest of counts.keys()) {
      if (counts.size <= most) break;
      counts.delete(oldest);
    }
    return count;
  }

  return {
    async add(key, points, lastsMs) {
      const count = live(key);
      if (!count && points <= 0) return { points: 0, expiresAt: clock.now() };
      return put(key, {
        points: Math.max(0, (count?.points ?? 0) + points),
        expiresAt: count?.expiresAt ?? clock.now() + lastsMs,
      });
    },
    set: async (key, points, lastsMs) => put(key, { points, expiresAt: clock.now() + lastsMs }),
    get: async (key) => live(key),
    async remove(key) {
      const there = live(key) !== null;
      counts.delete(key);
      return there;
    },
    async purge(expiredBy, limit) {
      const expired = [...counts]
        .filter(([, { expiresAt }]) => expiresAt <= expiredBy)
        .slice(0, limit);
      for (const [key] of expired) counts.delete(key);
      return expired.length;
    },
  };
}

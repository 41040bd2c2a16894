import type { Clock } from '@latchkey/core';

/** How far a count has got. */
export interface Count {
  readonly points: number;
  /** Milliseconds since the epoch; from then on the count is 0 again. */
  readonly expiresAt: number;
}

/**
 * Counts that all nodes share. Every verb is atomic; expiry is judged by the clock of the nodes.
 */
export interface Counters {
  /**
   * Adds to a count, which begins with its first point and lasts `lastsMs` milliseconds from then
   * on. Taking points off never begins a count, and never goes below 0.
   *
   * @throws StoreUnavailableError
   */
  add(key: string, points: number, lastsMs: number): Promise<Count>;
  /** Sets a count, which lasts from now on. @throws StoreUnavailableError */
  set(key: string, points: number, lastsMs: number): Promise<Count>;
  /** @throws StoreUnavailableError */
  get(key: string): Promise<Count | null>;
  /** @returns whether there was such a count @throws StoreUnavailableError */
  remove(key: string): Promise<boolean>;
  /**
   * Forgets counts that expired at or before an instant. @returns how many @throws
   * StoreUnavailableError
   */
  purge(expiredBy: number, limit: number): Promise<number>;
}

/** Counts within one process, of which the oldest are forgotten when there are too many. */
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

import type { Counters } from './counters.ts';

/** Whether an attempt is allowed, and if not, after how many seconds. */
export type Admission =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'limited'; readonly retryAfterSeconds: number };

/** Limits the attempts within a time window. Refused attempts do not prolong the wait. */
export interface Limiter {
  /**
   * Charges an attempt before it is made, so that concurrent attempts cannot exceed the limit.
   *
   * @throws StoreUnavailableError
   */
  take(key: string): Promise<Admission>;
  /**
   * Refunds an attempt that was not a wrong guess.
   *
   * @throws StoreUnavailableError
   */
  refund(key: string): Promise<void>;
  /**
   * Resets the attempts and the exceeded windows of a key.
   *
   * @returns false if nothing was counted
   * @throws StoreUnavailableError
   */
  forget(key: string): Promise<boolean>;
}

export interface LimiterOptions {
  readonly counters: Counters;
  readonly now: () => number;
  /** The prefix of the limiter's keys, different for each limiter. */
  readonly name: string;
  /** Number of attempts allowed in a window. */
  readonly points: number;
  readonly windowSeconds: number;
  /**
   * Maximum wait, in windows. Each exceeded window doubles the next wait up to this; with 1, all
   * waits are equally long.
   */
  readonly longestWaitWindows?: number;
}

/** Milliseconds for which exceeded windows are remembered, from the first one. */
const OVERRUNS_KEPT_MS = 86_400_000;

/**
 * Creates a limiter with a fixed window, which begins with its first attempt by the clock that all
 * nodes follow.
 */
export function limiter({
  counters,
  now,
  name,
  points,
  windowSeconds,
  longestWaitWindows = 1,
}: LimiterOptions): Limiter {
  const attemptsOf = (key: string) => `${name}:${key}`;
  const strikesOf = (key: string) => `${name}-strikes:${key}`;

  /**
   * Blocks a key for a time that grows with its exceeded windows.
   *
   * @returns until when
   */
  async function strike(key: string): Promise<number> {
    const strikes = await counters.add(strikesOf(key), 1, OVERRUNS_KEPT_MS);
    const windows = Math.min(longestWaitWindows, 2 ** (strikes.points - 1));
    const blocked = await counters.set(attemptsOf(key), points + 1, windows * windowSeconds * 1000);
    return blocked.expiresAt;
  }

  return {
    async take(key) {
      const count = await counters.add(attemptsOf(key), 1, windowSeconds * 1000);
      if (count.points <= points) return { kind: 'admitted' };
      const overruns = longestWaitWindows > 1 && count.points === points + 1;
      const until = overruns ? await strike(key) : count.expiresAt;
      const retryAfterSeconds = Math.max(1, Math.ceil((until - now()) / 1000));
      return { kind: 'limited', retryAfterSeconds };
    },
    refund: async (key) => void (await counters.add(attemptsOf(key), -1, windowSeconds * 1000)),
    async forget(key) {
      const counted = await counters.get(attemptsOf(key));
      await Promise.all([counters.remove(attemptsOf(key)), counters.remove(strikesOf(key))]);
      return counted !== null && counted.points > 0;
    },
  };
}

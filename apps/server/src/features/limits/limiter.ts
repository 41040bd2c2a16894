import type { Counters } from './counters.ts';

/** What became of an attempt: it may be made, or only so many seconds later. */
export type Admission =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'limited'; readonly retryAfterSeconds: number };

/** So many attempts in a window. Those that are refused do not prolong the wait. */
export interface Limiter {
  /**
   * Charges an attempt before it is made, so that attempts made at once cannot be more. @throws
   * StoreUnavailableError
   */
  take(key: string): Promise<Admission>;
  /** The attempt was no guess: it is not counted after all. @throws StoreUnavailableError */
  giveBack(key: string): Promise<void>;
  /**
   * Forgets the attempts and the overrun windows of a key.
   *
   * @returns false where nothing was counted
   * @throws StoreUnavailableError
   */
  forget(key: string): Promise<boolean>;
}

export interface LimiterOptions {
  readonly counters: Counters;
  readonly now: () => number;
  /** Apart from those of every other limiter: the prefix of its keys. */
  readonly name: string;
  /** Attempts in a window. */
  readonly points: number;
  readonly windowSeconds: number;
  /**
   * Every window that is overrun makes the next wait twice as long, up to so many windows. 1: all
   * waits are the same.
   */
  readonly longestWaitWindows?: number;
}

/** How long overrun windows are remembered, from the first. */
const STRIKES_MS = 86_400_000;

/** A fixed window, counted from its first attempt by the clock that all nodes follow. */
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

  /** Blocks the key for as long as its overruns say. @returns until when */
  async function strike(key: string): Promise<number> {
    const strikes = await counters.add(strikesOf(key), 1, STRIKES_MS);
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
    giveBack: async (key) => void (await counters.add(attemptsOf(key), -1, windowSeconds * 1000)),
    async forget(key) {
      const counted = await counters.get(attemptsOf(key));
      await Promise.all([counters.remove(attemptsOf(key)), counters.remove(strikesOf(key))]);
      return counted !== null && counted.points > 0;
    },
  };
}

import { RateLimiterRes } from 'rate-limiter-flexible';
import { CountingLimiter, type CountingLimiterOptions } from './counting-limiter.ts';

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
   * Whoever it was starts with a clean slate.
   *
   * @returns false where nothing was counted
   * @throws StoreUnavailableError
   */
  forget(key: string): Promise<boolean>;
}

export interface LimiterOptions extends CountingLimiterOptions {
  /**
   * Every window that is overrun makes the next wait twice as long, up to so many windows. 1: all
   * waits are the same.
   */
  readonly longestWaitWindows?: number;
}

/** How long overrun windows are remembered, from the first. */
const STRIKES_SECONDS = 86_400;

export function limiter({ longestWaitWindows = 1, ...options }: LimiterOptions): Limiter {
  const { points, windowSeconds, name } = options;
  const attempts = new CountingLimiter(options);
  const strikes = new CountingLimiter({
    ...options,
    name: `${name}-strikes`,
    windowSeconds: STRIKES_SECONDS,
  });

  async function waitAfterStrike(key: string): Promise<number> {
    const { consumedPoints } = await strikes.penalty(key);
    const waitSeconds = windowSeconds * Math.min(longestWaitWindows, 2 ** (consumedPoints - 1));
    await attempts.block(key, waitSeconds);
    return waitSeconds;
  }

  return {
    async take(key) {
      try {
        await attempts.consume(key);
        return { kind: 'admitted' };
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        const overruns = longestWaitWindows > 1 && refusal.consumedPoints === points + 1;
        const seconds = overruns ? await waitAfterStrike(key) : refusal.msBeforeNext / 1000;
        return { kind: 'limited', retryAfterSeconds: Math.max(1, Math.ceil(seconds)) };
      }
    },
    giveBack: async (key) => void (await attempts.reward(key)),
    async forget(key) {
      const counted = await attempts.get(key);
      await Promise.all([attempts.delete(key), strikes.delete(key)]);
      return counted !== null && counted.consumedPoints > 0;
    },
  };
}

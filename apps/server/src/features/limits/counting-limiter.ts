import { RateLimiterRes } from 'rate-limiter-flexible';
import RateLimiterStoreAbstract from 'rate-limiter-flexible/lib/RateLimiterStoreAbstract.js';
import type { Count, Counters } from './counters.ts';

export interface CountingLimiterOptions {
  readonly counters: Counters;
  readonly now: () => number;
  /** Apart from those of every other limiter. */
  readonly name: string;
  readonly points: number;
  readonly windowSeconds: number;
}

/**
 * `rate-limiter-flexible` over our own counters: on SQL or Redis alike, and by the clock all nodes
 * follow.
 */
export class CountingLimiter extends RateLimiterStoreAbstract {
  readonly #counters: Counters;
  readonly #now: () => number;

  constructor({ counters, now, name, points, windowSeconds }: CountingLimiterOptions) {
    super({ storeClient: counters, keyPrefix: name, points, duration: windowSeconds });
    this.#counters = counters;
    this.#now = now;
  }

  protected _upsert(key: string, points: number, lastsMs: number, anew = false): Promise<Count> {
    return anew
      ? this.#counters.set(key, points, lastsMs)
      : this.#counters.add(key, points, lastsMs);
  }

  protected _get(key: string): Promise<Count | null> {
    return this.#counters.get(key);
  }

  protected _delete(key: string): Promise<boolean> {
    return this.#counters.remove(key);
  }

  protected _getRateLimiterRes(
    _key: string,
    changed: number,
    { points, expiresAt }: Count,
  ): RateLimiterRes {
    return new RateLimiterRes(
      Math.max(0, this.points - points),
      Math.max(0, expiresAt - this.#now()),
      points,
      points === changed,
    );
  }
}

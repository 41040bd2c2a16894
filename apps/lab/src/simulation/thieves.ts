import { seededRandom } from '@latchkey/test-support';

/**
 * A thief who copied the browser's cookies once and uses the copy. Times are in seconds from
 * sign-in.
 */
export interface Thief {
  readonly stealsAt: number;
  /**
   * Returns the time of the next use after one at `now`, with an access token that is valid until
   * `accessExpiresAt`.
   */
  next(now: number, accessExpiresAt: number): number;
}

/** The strategies of a simulated thief. */
export const THIEVES = {
  /** Uses the copied cookies at random, every other second on average. */
  busy: (random: () => number) => (now: number) => now - Math.log(1 - random()) * 2,
  /** Uses the copied cookies at random, about once a minute. */
  lazy: (random: () => number) => (now: number) => now - Math.log(1 - random()) * 50,
  /**
   * Knows the rules and avoids detection: uses the access token while it is valid, and refreshes at
   * the moment when it expires. At that moment the victim, whose token is as old, refreshes too, so
   * both get the same successor.
   */
  adaptive: () => (_now: number, accessExpiresAt: number) => accessExpiresAt + 0.05,
} as const satisfies Record<string, (random: () => number) => Thief['next']>;

export type ThiefName = keyof typeof THIEVES;

export function planThief(seed: number, kind: ThiefName, minutes: number): Thief {
  const random = seededRandom(seed ^ 0x5bd1e995);
  return { stealsAt: random() * minutes * 30, next: THIEVES[kind](random) };
}

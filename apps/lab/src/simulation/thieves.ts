import { seededRandom } from '@latchkey/test-support';

/** A thief who copied the jar once and uses the copy. Instants in seconds from sign-in. */
export interface Thief {
  readonly stealsAt: number;
  /**
   * The time of the next use after one at `now`, with an access token until `accessExpiresAt`.
   */
  next(now: number, accessExpiresAt: number): number;
}

/** The strategies of a thief. */
export const THIEVES = {
  /** Uses the copy at random, every other second on average. */
  busy: (random: () => number) => (now: number) => now - Math.log(1 - random()) * 2,
  /** The same, about once a minute. */
  lazy: (random: () => number) => (now: number) => now - Math.log(1 - random()) * 50,
  /**
   * Knows the rules and wants to stay: uses the access token while it lasts, and refreshes at
   * the moment it expires. That is when the victim, whose token is as old, comes back too, so both
   * are given the same successor.
   */
  adaptive: () => (_now: number, accessExpiresAt: number) => accessExpiresAt + 0.05,
} as const satisfies Record<string, (random: () => number) => Thief['next']>;

export type ThiefName = keyof typeof THIEVES;

export function planThief(seed: number, kind: ThiefName, minutes: number): Thief {
  const random = seededRandom(seed ^ 0x5bd1e995);
  return { stealsAt: random() * minutes * 30, next: THIEVES[kind](random) };
}

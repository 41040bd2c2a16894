import type { Clock } from '../clock.ts';

/** A clock that stands still until it is told to move. */
export interface SettableClock extends Clock {
  advance(seconds: number): void;
  /** Milliseconds since the epoch; may go back. */
  set(now: number): void;
}

/** @param start milliseconds since the epoch; by default a whole second in 2027 */
export function settableClock(start = Date.UTC(2027, 0, 1)): SettableClock {
  let now = start;
  return {
    now: () => now,
    advance(seconds) {
      now = Math.round(now + seconds * 1000);
    },
    set(instant) {
      now = instant;
    },
  };
}

/**
 * The source of time. Code that compares times takes a `Clock` and never reads the system clock.
 */
export interface Clock {
  /** Returns the time of this clock, in whole milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Calls `callback` once after `seconds` of this clock, without keeping the process alive. For a
   * clock without this method the machine's timers are used.
   *
   * @returns a function that cancels the call
   */
  after?(seconds: number, callback: () => unknown): () => void;
}

/** The machine's clock. No other code in the packages reads it. */
export const systemClock: Clock = { now: () => Date.now() };

/**
 * A monotonic clock: the start time of the process plus the time elapsed since. Steps of the
 * machine's clock do not move it, but it may drift and stands still while the machine is suspended,
 * so correct it with `followStoreClock`.
 */
export const steadyClock: Clock = {
  now: () => Math.floor(performance.timeOrigin + performance.now()),
};

/**
 * Starts a one-shot timer on a clock.
 *
 * @returns a function that cancels it
 * @example
 * import { startTimer, systemClock } from '@latchkey/core';
 *
 * const cancel = startTimer(systemClock, 30, () => console.log('half a minute later'));
 * cancel();
 */
export function startTimer(clock: Clock, seconds: number, callback: () => unknown): () => void {
  if (clock.after) return clock.after(seconds, callback);
  const timer = setTimeout(callback, seconds * 1000).unref();
  return () => clearTimeout(timer);
}

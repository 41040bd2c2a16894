/**
 * The one source of time. Everything that compares times is handed a `Clock`; nothing reads the
 * system clock itself.
 */
export interface Clock {
  /** Whole milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Calls back once, after that many seconds on this clock; does not keep the process alive. A
   * clock without it runs on the machine's timers.
   *
   * @returns cancels the call
   */
  after?(seconds: number, callback: () => unknown): () => void;
}

/** The machine's own clock. The only place in the project that reads it. */
export const systemClock: Clock = { now: () => Date.now() };

/**
 * The time at which this process started, and what has passed since: a step of the machine's clock
 * does not move it. It may drift, and stand still while the machine is suspended, so it is
 * something to correct (`followStoreClock`), not something to go by.
 */
export const steadyClock: Clock = {
  now: () => Math.floor(performance.timeOrigin + performance.now()),
};

/** A timer on that clock. @returns cancels it */
export function startTimer(clock: Clock, seconds: number, callback: () => unknown): () => void {
  if (clock.after) return clock.after(seconds, callback);
  const timer = setTimeout(callback, seconds * 1000).unref();
  return () => clearTimeout(timer);
}

/** The one source of time. Everything that compares times is handed a `Clock`; nothing reads the system clock itself. */
export interface Clock {
  /** Whole milliseconds since the Unix epoch. */
  now(): number;
}

/** The machine's own clock. The only place in the project that reads it. */
export const systemClock: Clock = { now: () => Date.now() };

/**
 * The time at which this process started, and what has passed since: a step of the machine's clock does not move it. It may drift, and stand still
 * while the machine is suspended, so it is something to correct (`followStoreClock`), not something to go by.
 */
export const steadyClock: Clock = { now: () => Math.floor(performance.timeOrigin + performance.now()) };

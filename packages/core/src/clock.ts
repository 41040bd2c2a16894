/** The one source of time. Everything that compares times is handed a `Clock`; nothing reads the system clock itself. */
export interface Clock {
  /** Whole milliseconds since the Unix epoch. */
  now(): number;
}

/** The machine's own clock. The only place in the project that reads it. */
export const systemClock: Clock = { now: () => Date.now() };

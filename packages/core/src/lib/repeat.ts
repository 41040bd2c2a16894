import { type Clock, startTimer } from './clock.ts';

/** Controls the periodic work that {@link repeat} started. */
export interface Repetition {
  /** Runs the periodic work now; if a run is under way, once more right after it. */
  wake(): void;
  /** Stops the periodic work. Resolves when the run under way has ended. */
  stop(): Promise<void>;
}

/**
 * Runs work periodically on a clock. Runs never overlap.
 *
 * @param seconds from the end of a run to the next one; a function is called after each run
 * @param work must not reject
 * @example
 * import { purgeExpired, repeat, systemClock } from '@latchkey/core';
 *
 * const purging = repeat(systemClock, 3600, () =>
 *   purgeExpired(store, systemClock.now()).catch(console.error),
 * );
 * process.once('SIGTERM', () => purging.stop());
 */
export function repeat(
  clock: Clock,
  seconds: number | (() => number),
  work: () => unknown,
): Repetition {
  let running: Promise<void> | null = null;
  let isWoken = false;
  let stopped = false;
  let cancel = () => {};

  function schedule(): void {
    cancel();
    if (!stopped)
      cancel = startTimer(clock, typeof seconds === 'number' ? seconds : seconds(), run);
  }

  async function runOnce(): Promise<void> {
    do {
      isWoken = false;
      await work();
    } while (isWoken && !stopped);
    running = null;
    schedule();
  }

  function run(): Promise<void> {
    cancel();
    running ??= runOnce();
    return running;
  }

  schedule();
  return {
    wake() {
      if (stopped) return;
      if (running) isWoken = true;
      // Runs on the clock's own timers, so that a test clock waits for this run too.
      else if (clock.after) clock.after(0, run);
      else void run();
    },
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}

import { type Clock, startTimer } from './clock.ts';

/** Work that runs again and again. */
export interface Repetition {
  /** Runs the work now. If a run is under way, one more follows it at once. */
  wake(): void;
  /** Runs it no more. Resolves when the run under way has ended. */
  stop(): Promise<void>;
}

/**
 * Runs work again and again on a clock: each run begins so long after the one before has ended, so
 * runs never overlap.
 *
 * @param seconds between the end of a run and the next one; a function is asked after each run
 * @param work handles its own errors: it must not reject
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
      /** A clock that is moved waits for this run too. */ else if (clock.after)
        clock.after(0, run);
      else void run();
    },
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}

import type { Clock } from '../lib/clock.ts';

/**
 * A clock that a test moves. Its timers fire when it is moved past them, and see the time it was
 * moved to; a timer of zero seconds fires at once.
 */
export interface SettableClock extends Clock {
  advance(seconds: number): void;
  /** Sets the time in milliseconds since the epoch, possibly to an earlier one. */
  set(now: number): void;
  after(seconds: number, callback: () => unknown): () => void;
  /** The number of timers of this clock that are pending. */
  readonly timers: number;
  /** Resolves when the callbacks of fired timers have ended. */
  settled(): Promise<void>;
  /** Advances the clock; resolves when the callbacks of due timers have ended. */
  pass(seconds: number): Promise<void>;
}

/**
 * Creates a clock that stands still until a test moves it.
 *
 * @param start milliseconds since the epoch; by default a whole second in 2027
 * @example
 * import { settableClock } from '@latchkey/core/testing';
 *
 * const clock = settableClock();
 * clock.advance(60);
 * await clock.pass(60); // and waits for the work that became due
 */
export function settableClock(start = Date.UTC(2027, 0, 1)): SettableClock {
  return movedClock(() => start, null);
}

/**
 * Creates a clock that runs and can also be moved. Timers fire when their time has come, or when
 * the clock is moved past them.
 *
 * @example
 * import { systemClock } from '@latchkey/core';
 * import { runningClock } from '@latchkey/core/testing';
 *
 * const clock = runningClock(systemClock);
 * clock.advance(3600); // one hour later; it goes on running
 */
export function runningClock(base: Clock): SettableClock {
  return movedClock(base.now, (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds).unref();
    return () => clearTimeout(timer);
  });
}

interface Timer {
  readonly dueAt: number;
  readonly callback: () => unknown;
  disarm(): void;
}

function movedClock(
  base: () => number,
  arm: ((milliseconds: number, callback: () => void) => () => void) | null,
): SettableClock {
  const timers = new Set<Timer>();
  const working = new Set<Promise<unknown>>();
  let moved = 0;
  const now = () => Math.round(base() + moved);

  function armed(timer: Timer): Timer {
    timer.disarm = arm?.(Math.max(0, timer.dueAt - now()), () => fire(timer)) ?? (() => {});
    return timer;
  }

  function fire(timer: Timer): void {
    timers.delete(timer);
    timer.disarm();
    const work = Promise.resolve(timer.callback()).finally(() => working.delete(work));
    working.add(work);
  }

  function moveTo(instant: number): void {
    moved = instant - base();
    const inOrder = [...timers].sort((one, other) => one.dueAt - other.dueAt);
    for (const timer of inOrder) {
      timer.disarm();
      if (!timers.has(timer)) continue;
      if (timer.dueAt <= now()) fire(timer);
      else armed(timer);
    }
  }

  const advance = (seconds: number) => moveTo(now() + seconds * 1000);

  async function settled(): Promise<void> {
    while (working.size > 0) await Promise.all(working);
  }

  return {
    now,
    advance,
    set: moveTo,
    after(seconds, callback) {
      const timer = { dueAt: now() + seconds * 1000, callback, disarm() {} };
      if (seconds <= 0) {
        fire(timer);
        return () => {};
      }
      timers.add(armed(timer));
      return () => {
        timers.delete(timer);
        timer.disarm();
      };
    },
    get timers() {
      return timers.size;
    },
    settled,
    pass(seconds) {
      advance(seconds);
      return settled();
    },
  };
}

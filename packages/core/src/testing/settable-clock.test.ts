import { describe, expect, it } from 'vitest';
import { runningClock, settableClock } from './settable-clock.ts';

describe('a settable clock', () => {
  it('fires the timers it is moved past in the order they are due, and shows each the time it was moved to', () => {
    const clock = settableClock(0);
    const fired: [string, number][] = [];
    clock.after(20, () => fired.push(['second', clock.now()]));
    clock.after(10, () => fired.push(['first', clock.now()]));
    clock.after(30.001, () => fired.push(['later', clock.now()]));
    clock.advance(30);
    expect(fired).toEqual([
      ['first', 30_000],
      ['second', 30_000],
    ]);
    expect(clock.timers).toBe(1);
  });

  it('does not fire a timer that was cancelled, also by one that is due at the same moment', () => {
    const clock = settableClock(0);
    let fired = 0;
    clock.after(1, () => cancel());
    const cancel = clock.after(2, () => void fired++);
    clock.advance(2);
    expect([fired, clock.timers]).toEqual([0, 0]);
  });

  it('waits for the work of its timers', async () => {
    const clock = settableClock(0);
    let done = false;
    clock.after(1, async () => {
      await new Promise(setImmediate);
      done = true;
    });
    await clock.pass(1);
    expect(done).toBe(true);
  });
});

describe('a running clock', () => {
  it('goes on by itself from where it was moved to, and its timers fire early when it is moved past them', () => {
    let base = 1_000;
    const clock = runningClock({ now: () => base });
    let fired = 0;
    clock.after(3_600, () => void fired++);
    clock.advance(3_599);
    base += 500;
    expect([clock.now(), fired]).toEqual([1_000 + 3_599_000 + 500, 0]);
    clock.advance(1);
    expect([fired, clock.timers]).toEqual([1, 0]);
  });

  it('fires a timer by itself when its time has come', async () => {
    const fired = Promise.withResolvers<void>();
    runningClock({ now: () => 0 }).after(0.001, () => fired.resolve());
    const keepAlive = setTimeout(() => {}, 10_000);
    await fired.promise;
    clearTimeout(keepAlive);
  });
});

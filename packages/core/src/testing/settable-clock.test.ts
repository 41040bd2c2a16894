import { describe, expect, it } from 'vitest';
import { runningClock, settableClock } from './settable-clock.ts';

describe('settableClock', () => {
  it('fires due timers of a test clock in order, each at the time it was moved to', () => {
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

  it('does not fire a timer cancelled by another due at the same time', () => {
    const clock = settableClock(0);
    let fired = 0;
    clock.after(1, () => cancel());
    const cancel = clock.after(2, () => void fired++);
    clock.advance(2);
    expect([fired, clock.timers]).toEqual([0, 0]);
  });

  it("waits for the callbacks of a test clock's timers", async () => {
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

describe('settableClock, running', () => {
  it('continues a running clock from where it was moved to, and fires timers it is moved past', () => {
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

  it('fires a timer of a running clock when its time has come', async () => {
    const fired = Promise.withResolvers<void>();
    runningClock({ now: () => 0 }).after(0.001, () => fired.resolve());
    const keepAlive = setTimeout(() => {}, 10_000);
    await fired.promise;
    clearTimeout(keepAlive);
  });
});

import { expect, it } from 'vitest';
import { settableClock } from '../testing/settable-clock.ts';
import { repeat } from './repeat.ts';

const turn = () => new Promise(setImmediate);

it('runs periodic work exactly when the interval has passed on the clock', async () => {
  const clock = settableClock();
  let runs = 0;
  repeat(clock, 10, () => void runs++);
  await clock.pass(9.999);
  expect(runs).toBe(0);
  await clock.pass(0.001);
  expect(runs).toBe(1);
  await clock.pass(9.999);
  expect(runs).toBe(1);
  await clock.pass(0.001);
  expect(runs).toBe(2);
});

it('measures the interval from the end of a run, so that runs never overlap', async () => {
  const clock = settableClock();
  let release = () => {};
  let begun = 0;
  repeat(clock, 10, () => {
    begun += 1;
    return new Promise<void>((resolve) => (release = resolve));
  });
  clock.advance(10);
  clock.advance(100);
  expect(begun).toBe(1);
  release();
  await clock.settled();
  clock.advance(9);
  expect(begun).toBe(1);
  clock.advance(1);
  expect(begun).toBe(2);
});

it('calls the function that returns the interval after each run', async () => {
  const clock = settableClock();
  let runs = 0;
  repeat(
    clock,
    () => (runs === 0 ? 1 : 60),
    () => void runs++,
  );
  await clock.pass(1);
  await clock.pass(59);
  expect(runs).toBe(1);
  await clock.pass(1);
  expect(runs).toBe(2);
});

it('runs periodic work once more after a run during which it was woken several times', async () => {
  const clock = settableClock();
  const ends: (() => void)[] = [];
  const looks = repeat(clock, 10, () => new Promise<void>((resolve) => ends.push(resolve)));
  for (let time = 0; time < 3; time++) looks.wake();
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await turn();
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await turn();
  expect(ends).toHaveLength(2);
});

it('stops after the current run has ended, and starts no other run', async () => {
  const clock = settableClock();
  let release = () => {};
  let runs = 0;
  const looks = repeat(clock, 10, () => {
    runs += 1;
    return new Promise<void>((resolve) => (release = resolve));
  });
  clock.advance(10);
  let stopped = false;
  const stopping = looks.stop().then(() => (stopped = true));
  await turn();
  expect(stopped).toBe(false);
  release();
  await stopping;
  looks.wake();
  await clock.pass(100);
  expect([runs, clock.timers]).toEqual([1, 0]);
});

it('runs periodic work on timers of the machine for a clock without timers', async () => {
  const ran = Promise.withResolvers<void>();
  const looks = repeat({ now: () => 0 }, 0.001, () => ran.resolve());
  await ran.promise;
  await looks.stop();
});

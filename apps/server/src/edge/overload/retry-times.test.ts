import { expect, it } from 'vitest';
import { retryTimes } from './retry-times.ts';

function crowd(size: number, retryAfter: () => number): Record<number, number> {
  const seconds: Record<number, number> = {};
  for (let caller = 0; caller < size; caller++) {
    const after = retryAfter();
    seconds[after] = (seconds[after] ?? 0) + 1;
  }
  return seconds;
}

it('a single refused caller may come back after two seconds', () => {
  let now = 1_000;
  const retryAfter = retryTimes({ now: () => now, perSecond: 4 });
  expect(retryAfter()).toBe(2);
  now += 1;
  expect(retryAfter()).toBe(2);
});

it('callers who are refused together come back at the rate that can be served', () => {
  let now = 1_000;
  const retryAfter = retryTimes({ now: () => now, perSecond: 4 });
  expect(crowd(12, retryAfter)).toEqual({ 2: 4, 3: 4, 4: 4 });
  now += 1;
  expect(retryAfter()).toBe(4);
});

it('a crowd that a minute cannot serve is spread evenly over the minute', () => {
  const seconds = crowd(2 * 58 * 4, retryTimes({ now: () => 1_000, perSecond: 4 }));
  expect(Object.keys(seconds).map(Number)).toEqual(Array.from({ length: 58 }, (_, n) => n + 2));
  expect(new Set(Object.values(seconds))).toEqual(new Set([8]));
});

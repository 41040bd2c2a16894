import { expect, it } from 'vitest';
import { describeTiming, timeSignIns } from './sign-in-timing.ts';
import { LEAK_THRESHOLD, welchT } from './welch.ts';

/** Other test files use the processor meanwhile: one more attempt is not cheating, a leak would show in both. */
it("the time of a refused sign-in does not tell whether there is such a user: Welch's t", { timeout: 240_000, retry: 1 }, async () => {
  const result = await timeSignIns(300);
  console.log(describeTiming(result));
  expect(Math.abs(result.t)).toBeLessThan(LEAK_THRESHOLD);
});

it.each([
  [[1, 2, 3, 4], [1, 2, 3, 4], 0],
  [[27.5, 21, 19, 23.6, 17, 17.9], [27.1, 22, 20.8, 23.4, 23.4, 23.5], -1.25],
  [[3, 4, 1, 2.1], [490.2, 340, 433.9], -9.56],
])("Welch's t of %j and %j is %d", (a, b, t) => {
  expect(welchT(a, b)).toBeCloseTo(t, 1);
});

import { expect, it } from 'vitest';
import { describeTiming, timeSignIns } from './sign-in-timing.ts';
import { LEAK_THRESHOLD, welchT } from './welch.ts';

/**
 * Number of sign-ins of each kind: few, but enough to notice a missing hash; `npm run trials --
 * timing` measures thousands. Load of the machine disturbs both kinds equally.
 */
const RUNS = 40;

it("an unknown user and a wrong password are refused in the same time (Welch's t)", {
  timeout: 240_000,
}, async () => {
  const result = await timeSignIns(RUNS);
  console.log(describeTiming(result));
  const unknown = result.kinds.find(({ kind }) => kind === 'unknown user');
  expect(Math.abs(unknown?.t ?? Number.NaN)).toBeLessThan(LEAK_THRESHOLD);
  /** Their times are compared by `npm run trials -- timing`, their calls by a test of accounts. */
  expect(result.kinds.map(({ kind }) => kind)).toEqual([
    'wrong password',
    'unknown user',
    'disabled, wrong password',
    'disabled, right password',
    'spent one-time password',
  ]);
});

it.each([
  [[1, 2, 3, 4], [1, 2, 3, 4], 0],
  [[27.5, 21, 19, 23.6, 17, 17.9], [27.1, 22, 20.8, 23.4, 23.4, 23.5], -1.25],
  [[3, 4, 1, 2.1], [490.2, 340, 433.9], -9.56],
])("Welch's t of the samples %j and %j is %d", (a, b, t) => {
  expect(welchT(a, b)).toBeCloseTo(t, 1);
});

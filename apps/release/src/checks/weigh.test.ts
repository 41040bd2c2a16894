import { expect, it } from 'vitest';
import { overweight } from './weigh.ts';

it.each([
  [10, null],
  [
    10.001,
    'thing is 10.0 kB gzipped, of 10 kB: take out what it does not need, or raise the budget in apps/release/src/checks/weigh.ts and say why.',
  ],
])('a bundle of %d kB is judged against a budget of 10 kB', (kilobytes, fault) => {
  expect(overweight({ what: 'thing', kilobytes }, { thing: 10 })).toBe(fault);
});

it('a bundle without a budget is refused', () => {
  expect(overweight({ what: 'thing', kilobytes: 1 }, {})).toMatch(/no budget/);
});

import { describe, expect, it } from 'vitest';
import { type Counts, simulateDays } from './days.ts';
import { type Rates, ratesOf } from './model.ts';
import { DAY, type Lifetimes, lifetimesOf, TYPICAL, type Usage } from './usage.ts';

/**
 * Allowed relative deviation; for a small count the limit is three times its standard deviation.
 */
const CLOSE = 0.05;
/**
 * Returns short lifetimes, so that sessions have come and gone many times before anything is
 * counted.
 */
const lifetimes = (accessTokenSeconds: number): Lifetimes => ({
  ...lifetimesOf(accessTokenSeconds),
  idleSeconds: DAY,
  maxSeconds: 3 * DAY,
});
const people: Usage = { ...TYPICAL, users: 600, signOutShare: 0.05, peak: 1 };

describe('the formulas agree with a simulation of each call', () => {
  it.each<[string, Partial<Usage>, number, number]>([
    ['a minute', {}, 60, 1],
    ['ten minutes', {}, 600, 1],
    ['ten minutes, twenty nodes', {}, 600, 20],
    ['an hour, two nodes', {}, 3_600, 2],
    ['a minute, three requests at a time, four nodes', { requestsPerCall: 3 }, 60, 4],
    [
      'ten minutes, visits so rare that many sessions expire',
      { visitsPerDay: 1, visitSeconds: 1_200, secondsBetweenCalls: 120, users: 5_000 },
      600,
      1,
    ],
    [
      'an hour, long visits in which calls are rare',
      { visitsPerDay: 12, visitSeconds: 3_000, secondsBetweenCalls: 400 },
      3_600,
      2,
    ],
    ['a minute, no user signs out', { signOutShare: 0 }, 60, 1],
  ])('the formulas agree with the simulation: %s', (_name, usage, access, nodes) => {
    const watch = { fromDay: 6, days: 3 };
    const they = { ...people, ...usage };
    const counts = simulateDays(they, lifetimes(access), nodes, watch, 1);
    expectClose(counts, ratesOf(they, lifetimes(access), nodes), watch.days * DAY);
    expect(counts.reissues).toBe(0);
  });

  it('the simulation keeps a session for its maximum lifetime and a day if its user never pauses', () => {
    const they = { ...people, signOutShare: 0 };
    const { signIns, signOuts, rows } = ratesOf(
      they,
      { ...lifetimesOf(600), idleSeconds: 300 * DAY, maxSeconds: 900 * DAY },
      1,
    );
    expect(signIns / (they.users / (900 * DAY))).toBeCloseTo(1, 3);
    expect(signOuts).toBe(0);
    expect(rows / they.users).toBeCloseTo(901 / 900, 3);
  });

  it('the formulas agree with the simulation in the busiest hours', () => {
    const watch = { fromDay: 2, days: 4, hours: [11, 13] } as const;
    const busy = { ...people, peak: 2 };
    const counts = simulateDays(busy, lifetimesOf(600), 3, watch, 1);
    const { requests, rotations, acknowledgements } = ratesOf(busy, lifetimesOf(600), 3, busy.peak);
    expectClose(counts, { requests, rotations, acknowledgements }, watch.days * 2 * 3_600);
  });
});

function expectClose(counts: Counts, rates: Partial<Rates>, seconds: number): void {
  const expected = Object.entries(rates).map(
    ([what, rate]) => [what as keyof Rates, what === 'rows' ? rate : rate * seconds] as const,
  );
  const off = expected.filter(
    ([what, count]) =>
      Math.abs(counts[what] - count) > Math.max(CLOSE * count, 3 * Math.sqrt(count)),
  );
  expect(off.map(([what, count]) => ({ what, simulated: counts[what], formula: count }))).toEqual(
    [],
  );
}

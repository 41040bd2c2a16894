import { describe, expect, it } from 'vitest';
import { slopePerHour } from './slope.ts';
import { runSoak, verdict } from './soak.ts';

/**
 * Runs in real time, because leaks grow while a server works. `npm run trials -- soak` takes two
 * minutes by default.
 */
it('a short soak sends every kind of request and finds no errors', {
  timeout: 120_000,
}, async () => {
  const report = await runSoak({ minutes: 0.1, people: 6, seed: 1 });
  expect(report.errors).toEqual([]);
  expect(Object.keys(report.sent).sort()).toEqual([
    'aborted',
    'bad input',
    'query',
    'refresh',
    'session',
    'sign in',
    'sign out',
    'stream',
  ]);
  expect(report.samples.length).toBeGreaterThan(5);
  expect(verdict(report)).toEqual([]);
});

describe('the verdict on a soak', () => {
  const calm = {
    sent: {},
    refused: 0,
    errors: [],
    perHour: { heapBytes: 0, handles: 0 },
    grown: { heapBytes: 0, handles: 0 },
    samples: [],
    exitCode: 0,
  };

  it.each([
    [{}, []],
    [{ errors: ['query: 500'] }, ['1 errors']],
    [{ exitCode: 3 }, ['the server ended with exit code 3']],
    [{ grown: { heapBytes: 9 * 2 ** 20, handles: 0 } }, ['the heap grows']],
    [{ grown: { heapBytes: 0, handles: 60 } }, ['handles leak']],
  ])('the verdict on a soak with the results %j is %j', (change, faults) => {
    expect(verdict({ ...calm, ...change })).toEqual(faults);
  });

  it('the verdict on a soak judges growth by linear regression', () => {
    expect(slopePerHour([0, 1, 2, 3].map((seconds) => [seconds, 7 + seconds * 5]))).toBeCloseTo(
      18_000,
      6,
    );
    expect(slopePerHour([[4, 1]])).toBe(0);
  });
});

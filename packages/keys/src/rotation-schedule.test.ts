import { describe, expect, it } from 'vitest';
import type { KeyDates } from './key-lifecycle.ts';
import { rotationSchedule, successorDue } from './rotation-schedule.ts';

const DAY = 86_400;
const T0 = 1_800_000_000_000;

describe('the rhythm of keys', () => {
  it.each([
    [30 * DAY, { leadSeconds: 600, reloadSeconds: 10, publicMaxAgeSeconds: 300 }],
    [6, { leadSeconds: 2, reloadSeconds: 0.5, publicMaxAgeSeconds: 1 }],
  ])('of %d seconds: the next key is made long before it signs', (rotationSeconds, expected) => {
    expect(rotationSchedule(rotationSeconds)).toMatchObject(expected);
  });

  it.each([1, 2, 6, 60, 3600, DAY, 365 * DAY])(
    'of %d seconds: every node and every cache has the next key before it signs',
    (rotationSeconds) => {
      const { leadSeconds, reloadSeconds, publicMaxAgeSeconds, periodSeconds } =
        rotationSchedule(rotationSeconds);
      expect(reloadSeconds + publicMaxAgeSeconds).toBeLessThan(leadSeconds);
      for (const period of Object.values(periodSeconds))
        expect(period).toBeGreaterThan(leadSeconds);
    },
  );
});

describe('the successor of a key', () => {
  const key: KeyDates = {
    kid: 'a',
    purpose: 'access-token',
    algorithm: 'ES256',
    signsFrom: T0,
    revokedAt: null,
  };
  const schedule = rotationSchedule(3600);
  const made = T0 + 3_600_000 - 600_000;

  it.each([
    [made - 1, null],
    [made, T0 + 3_600_000],
    [made + 1, made + 1 + 600_000],
  ])('is made a lead before the period is over: at %d it is to sign from %s', (now, signsFrom) => {
    expect(successorDue(key, schedule, now)).toBe(signsFrom);
  });

  it('is never late for other nodes: one that is overdue still gets the whole lead', () => {
    expect(successorDue(key, schedule, T0 + 99 * 3_600_000)).toBe(T0 + 99 * 3_600_000 + 600_000);
  });
});

import { describe, expect, it } from 'vitest';
import type { KeyDates } from './key-lifecycle.ts';
import { rotationSchedule, successorDue } from './rotation-schedule.ts';

const DAY = 86_400;
const T0 = 1_800_000_000_000;

describe('rotationSchedule', () => {
  it.each([
    [30 * DAY, { leadSeconds: 600, reloadSeconds: 10, publicMaxAgeSeconds: 300 }],
    [6, { leadSeconds: 2, reloadSeconds: 0.5, publicMaxAgeSeconds: 1 }],
  ])('generates the next key well before it signs (%d s)', (rotationSeconds, expected) => {
    expect(rotationSchedule(rotationSeconds)).toMatchObject(expected);
  });

  it.each([1, 2, 6, 60, 3600, DAY, 365 * DAY])(
    'distributes the next key to every node and cache before it signs (%d s)',
    (rotationSeconds) => {
      const { leadSeconds, reloadSeconds, publicMaxAgeSeconds, periodSeconds } =
        rotationSchedule(rotationSeconds);
      expect(reloadSeconds + publicMaxAgeSeconds).toBeLessThan(leadSeconds);
      for (const period of Object.values(periodSeconds))
        expect(period).toBeGreaterThan(leadSeconds);
    },
  );
});

describe('successorDue', () => {
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
  ])(
    'successorDue returns a successor one lead before the period ends: at %d it signs from %s',
    (now, signsFrom) => {
      expect(successorDue(key, schedule, now)).toBe(signsFrom);
    },
  );

  it('successorDue gives an overdue successor the whole lead time', () => {
    expect(successorDue(key, schedule, T0 + 99 * 3_600_000)).toBe(T0 + 99 * 3_600_000 + 600_000);
  });
});

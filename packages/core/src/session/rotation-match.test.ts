import { describe, expect, it } from 'vitest';
import { at, GRACE, T0 } from '../testing/fixtures/rotation-fixture.ts';
import { isTooLateToSet, rotationMatch } from './rotation-rule.ts';

describe('isTooLateToSet', () => {
  it.each([
    [-1, false],
    [0, true],
    [1, true],
  ])(
    'isTooLateToSet, a grace period and %i ms after the decision, returns %s',
    (offset, isLate) => {
      expect(isTooLateToSet(T0, at(GRACE) + offset, GRACE)).toBe(isLate);
    },
  );

  it('isTooLateToSet is never true with graceSeconds 0', () => {
    expect(isTooLateToSet(T0, at(100_000), 0)).toBe(false);
  });
});

describe('rotationMatch', () => {
  it('rotationMatch requires the presented token, delivered at least the settle time ago', () => {
    const presented = { sessionId: 's', generation: 3, secretHash: 'hash' };
    expect(rotationMatch(presented, at(200), GRACE)).toEqual({
      ...presented,
      now: at(200),
      deliveredBy: at(200 - 4 * GRACE),
    });
    expect(rotationMatch(presented, 1_000, 0.0001).deliveredBy).toBe(999);
  });
});

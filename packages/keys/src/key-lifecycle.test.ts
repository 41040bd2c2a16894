import { parseSessionOptions } from '@latchkey/core';
import { describe, expect, it } from 'vitest';
import { type KeyDates, type KeyPurpose, keyLifecycles, keyLifetimes } from './key-lifecycle.ts';

const T0 = 1_800_000_000_000;
const lifetimes = keyLifetimes(
  parseSessionOptions({
    accessTokenSeconds: 600,
    idleSeconds: 3600,
    maxSeconds: 7200,
    clockToleranceSeconds: 5,
  }),
);
const dates = (kid: string, signsFrom: number | null, more: Partial<KeyDates> = {}): KeyDates => ({
  kid,
  purpose: 'access-token',
  algorithm: 'ES256',
  signsFrom,
  revokedAt: null,
  ...more,
});
const statuses = (keys: readonly KeyDates[], now: number) =>
  keyLifecycles(keys, lifetimes, now).map(({ key, status }) => `${key.kid} ${status}`);

describe('key lifecycle of two keys', () => {
  const keys = (purpose: KeyPurpose) => [
    dates('a', T0, { purpose }),
    dates('b', T0 + 1_000, { purpose }),
  ];

  it.each<[KeyPurpose, number, number, string[]]>([
    ['access-token', 1_000, -1, ['a current', 'b next']],
    ['access-token', 1_000, 0, ['a retired', 'b current']],
    ['access-token', 1_000, 1, ['a retired', 'b current']],
    ['access-token', 1_000 + 635_000, -1, ['a retired', 'b current']],
    ['access-token', 1_000 + 635_000, 0, ['a expired', 'b current']],
    ['access-token', 1_000 + 635_000, 1, ['a expired', 'b current']],
    ['refresh-token', 1_000 + 3_630_000, -1, ['a retired', 'b current']],
    ['refresh-token', 1_000 + 3_630_000, 0, ['a expired', 'b current']],
    ['refresh-token', 1_000 + 3_630_000, 1, ['a expired', 'b current']],
  ])(
    'gives %s keys, %d ms (and %d ms) after the first began to sign, the statuses %j',
    (purpose, after, offset, expected) => {
      expect(statuses(keys(purpose), T0 + after + offset)).toEqual(expected);
    },
  );

  it('states when each key retires and until when it verifies', () => {
    expect(keyLifecycles(keys('access-token'), lifetimes, T0)).toMatchObject([
      { retiredAt: T0 + 1_000, verifiesUntil: T0 + 636_000 },
      { retiredAt: null, verifiesUntil: Number.POSITIVE_INFINITY },
    ]);
  });
});

describe('key lifecycle: order of keys', () => {
  it('orders keys by date; of keys with the same date the later in the list signs', () => {
    expect(statuses([dates('late', T0 + 5), dates('first', T0), dates('second', T0)], T0)).toEqual([
      'first retired',
      'second current',
      'late next',
    ]);
  });

  it('lets the last of undated keys sign, and the others verify', () => {
    expect(statuses([dates('old', null), dates('new', null)], T0)).toEqual([
      'old retired',
      'new current',
    ]);
  });

  it('retires an undated key when a dated key begins to sign', () => {
    const keys = [dates('old', null), dates('new', T0)];
    expect([statuses(keys, T0 - 1), statuses(keys, T0), statuses(keys, T0 + 635_000)]).toEqual([
      ['old current', 'new next'],
      ['old retired', 'new current'],
      ['old expired', 'new current'],
    ]);
  });

  it('computes the statuses of each purpose independently', () => {
    expect(
      statuses([dates('a', T0), dates('m', T0 + 1, { purpose: 'refresh-token' })], T0 + 1),
    ).toEqual(['a current', 'm current']);
  });

  it('lets the first key sign if all dates are in the future', () => {
    expect(statuses([dates('a', T0), dates('b', T0 + 1)], T0 - 5_000)).toEqual([
      'a current',
      'b next',
    ]);
  });
});

describe('key lifecycle of a revoked key', () => {
  it('does not sign with a revoked key, and keeps its predecessor retired since the same instant', () => {
    const keys = [
      dates('a', T0),
      dates('b', T0 + 1_000, { revokedAt: T0 + 2_000 }),
      dates('c', T0 + 2_000),
    ];
    expect(
      keyLifecycles(keys, lifetimes, T0 + 2_000).map(({ key, status, retiredAt }) => [
        key.kid,
        status,
        retiredAt,
      ]),
    ).toEqual([
      ['a', 'retired', T0 + 1_000],
      ['b', 'revoked', T0 + 2_000],
      ['c', 'current', null],
    ]);
  });

  it('leaves out a key that was revoked before it signed, and retires no other key for it', () => {
    expect(
      statuses([dates('a', T0), dates('b', T0 + 1_000, { revokedAt: T0 + 500 })], T0 + 5_000),
    ).toEqual(['a current']);
  });
});

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

describe('the statuses of two keys, around each of their instants', () => {
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
  ])('%s, %d ms on, %d: %j', (purpose, after, offset, expected) => {
    expect(statuses(keys(purpose), T0 + after + offset)).toEqual(expected);
  });

  it('say when each is retired, and until when it verifies', () => {
    expect(keyLifecycles(keys('access-token'), lifetimes, T0)).toMatchObject([
      { retiredAt: T0 + 1_000, verifiesUntil: T0 + 636_000 },
      { retiredAt: null, verifiesUntil: Number.POSITIVE_INFINITY },
    ]);
  });
});

describe('the order of keys', () => {
  it('follows their dates, whatever the order they come in; of one date, the later in the list signs', () => {
    expect(statuses([dates('late', T0 + 5), dates('first', T0), dates('second', T0)], T0)).toEqual([
      'first retired',
      'second current',
      'late next',
    ]);
  });

  it('without dates: the last one signs, the others verify for as long as they are given', () => {
    expect(statuses([dates('old', null), dates('new', null)], T0)).toEqual([
      'old retired',
      'new current',
    ]);
  });

  it('an undated key retires when a dated one takes over', () => {
    const keys = [dates('old', null), dates('new', T0)];
    expect([statuses(keys, T0 - 1), statuses(keys, T0), statuses(keys, T0 + 635_000)]).toEqual([
      ['old current', 'new next'],
      ['old retired', 'new current'],
      ['old expired', 'new current'],
    ]);
  });

  it('is kept for each purpose on its own', () => {
    expect(
      statuses([dates('a', T0), dates('m', T0 + 1, { purpose: 'refresh-token' })], T0 + 1),
    ).toEqual(['a current', 'm current']);
  });

  it('when all are still to come, which a clock set back can bring about, the first one signs', () => {
    expect(statuses([dates('a', T0), dates('b', T0 + 1)], T0 - 5_000)).toEqual([
      'a current',
      'b next',
    ]);
  });
});

describe('a key that was taken out', () => {
  it('does not sign, and its predecessor stays retired as of the same instant', () => {
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

  it('before it ever signed, retires nobody', () => {
    expect(
      statuses([dates('a', T0), dates('b', T0 + 1_000, { revokedAt: T0 + 500 })], T0 + 5_000),
    ).toEqual(['a current']);
  });
});

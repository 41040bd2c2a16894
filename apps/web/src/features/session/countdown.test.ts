import { expect, it } from 'vitest';
import { secondsLeft, spentFraction, waitForExpiry } from './countdown.ts';

const life = { receivedAt: 1_000, secondsLeft: 60, lifetimeSeconds: 60 };

it.each([
  [1_000, 60, 0],
  [31_000, 30, 0.5],
  [60_000, 1, 59 / 60],
  [61_000, 0, 1],
  [90_000, 0, 1],
])('at %d ms of the page %d seconds are left', (pageTime, left, spent) => {
  expect(secondsLeft(life, pageTime)).toBe(left);
  expect(spentFraction(life, pageTime)).toBeCloseTo(spent);
});

it('a token received half spent starts there', () => {
  expect(spentFraction({ ...life, secondsLeft: 15 }, 1_000)).toBe(0.75);
});

it('asks again after expiry, with jitter, never before and never at once', () => {
  expect(waitForExpiry(life, 1_000, 0)).toBe(60_120);
  expect(waitForExpiry(life, 1_000, 1)).toBe(60_500);
  expect(waitForExpiry(life, 61_000, 0)).toBe(500);
  expect(waitForExpiry(life, 500_000, 0)).toBe(500);
});

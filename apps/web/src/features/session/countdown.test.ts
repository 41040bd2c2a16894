import { expect, it } from 'vitest';
import { secondsLeft, waitForExpiry } from './countdown.ts';

const life = { receivedAt: 1_000, secondsLeft: 60, lifetimeSeconds: 60 };

it.each([
  [1_000, 60],
  [31_000, 30],
  [60_000, 1],
  [61_000, 0],
  [90_000, 0],
])("at %d ms on the page's clock, the countdown shows %d seconds", (pageTime, left) => {
  expect(secondsLeft(life, pageTime)).toBe(left);
});

it('waitForExpiry waits until after the expiry, with jitter, and at least half a second', () => {
  expect(waitForExpiry(life, 1_000, 0)).toBe(60_120);
  expect(waitForExpiry(life, 1_000, 1)).toBe(60_500);
  expect(waitForExpiry(life, 61_000, 0)).toBe(500);
  expect(waitForExpiry(life, 500_000, 0)).toBe(500);
});

import { expect, it } from 'vitest';
import { formatCountdown, spokenWait } from './use-retry-wait.ts';

it.each([
  [900, '15:00'],
  [61, '1:01'],
  [9, '0:09'],
])('the countdown formats %d seconds as %s', (seconds, text) => {
  expect(formatCountdown(seconds)).toBe(text);
});

it('a screen reader announces 60, 30 and 10 seconds of a wait for three seconds each', () => {
  const announced = Array.from({ length: 900 }, (_, passed) => spokenWait(900 - passed)).filter(
    (moment) => moment !== null,
  );
  expect(announced).toEqual([60, 60, 60, 30, 30, 30, 10, 10, 10]);
  expect(spokenWait(0)).toBeNull();
});

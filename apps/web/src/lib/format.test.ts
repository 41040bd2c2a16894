import { expect, it } from 'vitest';
import { formatAgo, formatDuration, formatExact, formatMinute, formatPageTime } from './format.ts';

it.each([
  [0, '0 seconds'],
  [0.5, '0.5 seconds'],
  [1, '1 second'],
  [59, '59 seconds'],
  [60, '1 minute'],
  [90, '90 seconds'],
  [600, '10 minutes'],
  [3600, '1 hour'],
  [86_400, '1 day'],
  [604_800, '7 days'],
])('formats a duration of %d s as %s', (seconds, words) => {
  expect(formatDuration(seconds)).toBe(words);
});

it("formats a time of the page's clock as time of day", () => {
  expect(formatPageTime(performance.now())).toMatch(/^\d\d:\d\d:\d\d$/);
});

const NOON = new Date(2026, 6, 24, 12, 0, 0).getTime();

it.each([
  [-3600, 'just now'],
  [0, 'just now'],
  [59, 'just now'],
  [60, '1 minute ago'],
  [3599, '59 minutes ago'],
  [3600, '1 hour ago'],
  [86_399, '23 hours ago'],
  [86_400, '1 day ago'],
  [7 * 86_400 - 1, '6 days ago'],
  [7 * 86_400, '17 Jul 2026'],
])('formats a time %d s ago as %s', (seconds, words) => {
  expect(formatAgo(NOON - seconds * 1000, NOON)).toBe(words);
});

it('formats a time to the minute, and exactly', () => {
  expect(formatMinute(NOON)).toBe('24 Jul 2026, 12:00');
  expect(formatExact(NOON)).toMatch(/^Friday.? 24 July 2026 at 12:00:00 \S+/);
});

import { expect, it } from 'vitest';
import { formatDuration, formatPageTime } from './format.ts';

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
])('%d seconds read as %s', (seconds, words) => {
  expect(formatDuration(seconds)).toBe(words);
});

it('shows a moment of the page clock as a time of day', () => {
  expect(formatPageTime(performance.now())).toMatch(/^\d\d:\d\d:\d\d$/);
});

import { expect, it } from 'vitest';
import { formatCountdown } from './use-retry-wait.ts';

it.each([
  [900, '15:00'],
  [61, '1:01'],
  [9, '0:09'],
])('%d seconds read %s', (seconds, text) => {
  expect(formatCountdown(seconds)).toBe(text);
});

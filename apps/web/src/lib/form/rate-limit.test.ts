import { TRPCClientError } from '@trpc/client';
import { expect, it } from 'vitest';
import { describeLimit } from './rate-limit.ts';

const limited = (retryAfterSeconds?: number, reason = 'rate_limited') =>
  TRPCClientError.from({
    error: { code: -32000, message: 'no', data: { httpStatus: 429, reason, retryAfterSeconds } },
  } as never);

it.each([
  [1, 'a second'],
  [59.2, '60 seconds'],
  [61, '2 minutes'],
  [900, '15 minutes'],
  [3_600, '60 minutes'],
  [undefined, '60 seconds'],
])('formats a wait of %s s as %s', (seconds, words) => {
  expect(describeLimit(limited(seconds))).toBe(`Too many attempts. Try again in ${words}.`);
});

it('describeLimit returns null for other errors', () => {
  expect(describeLimit(limited(5, 'too_many_streams'))).toBeNull();
  expect(describeLimit(new Error('rate_limited'))).toBeNull();
});

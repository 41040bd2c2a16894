import { TRPCClientError } from '@trpc/client';
import { expect, it } from 'vitest';
import { shouldRetry } from './query-client.ts';

const answered = (httpStatus: number) => TRPCClientError.from({ error: { code: -32000, message: 'refused', data: { httpStatus, reason: 'x' } } } as never);

it.each([400, 401, 403, 404, 413, 429])('never asks again after %d', (status) => {
  expect(shouldRetry(0, answered(status))).toBe(false);
});

it.each([
  [0, true],
  [2, true],
  [3, false],
])('after %d failures to reach the server, asks again: %o', (failures, expected) => {
  expect(shouldRetry(failures, answered(503))).toBe(expected);
  expect(shouldRetry(failures, TRPCClientError.from(new TypeError('Failed to fetch')))).toBe(expected);
});

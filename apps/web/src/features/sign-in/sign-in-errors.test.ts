import { TRPCClientError } from '@trpc/client';
import { describe, expect, it } from 'vitest';
import { describeSignedOut, describeSignInError } from './sign-in-errors.ts';

const answered = (httpStatus: number, reason: string) =>
  TRPCClientError.from({
    error: { code: -32000, message: 'secret detail', data: { httpStatus, reason } },
  } as never);

describe('describeSignInError', () => {
  it.each([
    ['invalid_credentials', 401],
    ['invalid_input', 400],
  ])('describeSignInError does not reveal for %s whether the username exists', (reason, status) => {
    expect(describeSignInError(answered(status, reason))).toBe(
      'That username and password do not match.',
    );
  });

  it('describeSignInError distinguishes an unreachable server from wrong credentials', () => {
    expect(describeSignInError(answered(503, 'store_unavailable'))).toContain(
      'nothing was checked',
    );
    expect(describeSignInError(TRPCClientError.from(new TypeError('Failed to fetch')))).toContain(
      'nothing was checked',
    );
  });

  it('describeSignInError says how long to wait after too many attempts', () => {
    const limited = {
      error: {
        code: -32000,
        message: 'no',
        data: { httpStatus: 429, reason: 'rate_limited', retryAfterSeconds: 840 },
      },
    };
    expect(describeSignInError(TRPCClientError.from(limited as never))).toBe(
      'Too many attempts. Try again in 14 minutes.',
    );
  });

  it('describeSignInError does not repeat messages of the server', () => {
    expect(describeSignInError(answered(500, 'internal'))).not.toContain('secret');
    expect(describeSignInError(new Error('secret'))).not.toContain('secret');
  });
});

it.each(['no_credentials', 'refresh_token_missing', 'username_missing', null] as const)(
  'describeSignedOut does not explain the reason %s',
  (reason) => {
    expect(describeSignedOut(reason)).toBeNull();
  },
);

it('describeSignedOut explains a revoked session', () => {
  expect(describeSignedOut('session_revoked')).toContain('ended');
});

import { TRPCClientError } from '@trpc/client';
import { describe, expect, it } from 'vitest';
import { isUnreachable, reasonOf, statusOf } from './api-error.ts';

const answered = (httpStatus: number, reason: string) =>
  TRPCClientError.from({
    error: { code: -32000, message: 'refused', data: { httpStatus, reason } },
  } as never);
const byProxy = (status: number) =>
  TRPCClientError.from(new SyntaxError('no JSON'), {
    meta: { response: new Response(null, { status }) },
  });
const lost = TRPCClientError.from(new TypeError('Failed to fetch'));
const aborted = TRPCClientError.from(Object.assign(new Error('aborted'), { name: 'AbortError' }));

describe('isUnreachable', () => {
  it.each([
    ['a lost request', lost, true],
    ['a store outage', answered(503, 'store_unavailable'), true],
    ['the response of a gateway', byProxy(502), true],
    ['an HTML page instead of an answer', byProxy(200), true],
    ['an aborted request', aborted, false],
    ['not signed in', answered(401, 'no_credentials'), false],
    ['not allowed', answered(403, 'role_required'), false],
    ['a refusal by a proxy', byProxy(413), false],
    ['a server error', answered(500, 'internal'), false],
    ['an error in the page', new TypeError('x is not a function'), false],
  ])(
    'isUnreachable is true for a server that gave no answer, and false for an answer: %s, %o',
    (_name, error, expected) => {
      expect(isUnreachable(error)).toBe(expected);
    },
  );
});

it('reads the reason and the status of a call, not of its response', () => {
  expect(reasonOf(answered(403, 'role_required'))).toBe('role_required');
  expect(statusOf(answered(403, 'role_required'))).toBe(403);
  expect(statusOf(byProxy(502))).toBe(502);
  expect(reasonOf(lost)).toBeNull();
  expect(statusOf(new Error('x'))).toBeNull();
});

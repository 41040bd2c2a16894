import { TRPCClientError } from '@trpc/client';
import { describe, expect, it } from 'vitest';
import { isUnreachable, reasonOf, statusOf } from './api-error.ts';

const answered = (httpStatus: number, reason: string) =>
  TRPCClientError.from({
    error: { code: -32000, message: 'refused', data: { httpStatus, reason } },
  } as never);
const spokenByProxy = (status: number) =>
  TRPCClientError.from(new SyntaxError('no JSON'), {
    meta: { response: new Response(null, { status }) },
  });
const lost = TRPCClientError.from(new TypeError('Failed to fetch'));
const aborted = TRPCClientError.from(Object.assign(new Error('aborted'), { name: 'AbortError' }));

describe('isUnreachable', () => {
  it.each([
    ['a lost request', lost, true],
    ['a store outage', answered(503, 'store_unavailable'), true],
    ['a gateway that speaks for a dead server', spokenByProxy(502), true],
    ['a page where an answer should be', spokenByProxy(200), true],
    ['a request given up by this page', aborted, false],
    ['not signed in', answered(401, 'no_credentials'), false],
    ['not allowed', answered(403, 'role_required'), false],
    ['a refusal from in front of the API', spokenByProxy(413), false],
    ['a bug of the server', answered(500, 'internal'), false],
    ['a bug of this page', new TypeError('x is not a function'), false],
  ])('%s: %o', (_name, error, expected) => {
    expect(isUnreachable(error)).toBe(expected);
  });
});

it('reads reason and status from the call, not from the response', () => {
  expect(reasonOf(answered(403, 'role_required'))).toBe('role_required');
  expect(statusOf(answered(403, 'role_required'))).toBe(403);
  expect(statusOf(spokenByProxy(502))).toBe(502);
  expect(reasonOf(lost)).toBeNull();
  expect(statusOf(new Error('x'))).toBeNull();
});

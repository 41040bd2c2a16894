import { createTRPCUntypedClient, TRPCClientError, type TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { NoAnswerError } from '../api-error.ts';
import { retryLink } from './retry-link.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const answered = (httpStatus: number, retryAfterSeconds?: number, reason = 'x') =>
  TRPCClientError.from<AnyTRPCRouter>({
    error: { code: -32000, message: 'refused', data: { httpStatus, reason, retryAfterSeconds } },
  } as never);
const lost = TRPCClientError.from<AnyTRPCRouter>(new TypeError('Failed to fetch'));
const gateway = TRPCClientError.from<AnyTRPCRouter>(new NoAnswerError(503, 5));

/**
 * Records when each attempt arrived, in milliseconds, at a server that refuses the first `times`.
 */
function server(error: TRPCClientError<AnyTRPCRouter>, times = Number.POSITIVE_INFINITY) {
  const start = Date.now();
  const arrivals: number[] = [];
  const link: TRPCLink<AnyTRPCRouter> =
    () =>
    ({ op }) =>
      observable((observer) => {
        arrivals.push(Date.now() - start);
        if (arrivals.length <= times) return observer.error(error);
        observer.next({ result: { type: 'data', data: op.path } });
        observer.complete();
      });
  return { arrivals, api: createTRPCUntypedClient<AnyTRPCRouter>({ links: [retryLink(), link] }) };
}

const settledOf = async (call: Promise<unknown>) => {
  const settled = call.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(60_000);
  return settled;
};

it('repeats an unanswered query, waiting longer each time', async () => {
  const { api, arrivals } = server(lost);
  expect(await settledOf(api.query('note.list'))).toBe(lost);
  expect(arrivals).toHaveLength(4);
  const waits = arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? 0));
  for (const [index, wait] of waits.entries()) {
    expect(wait).toBeGreaterThanOrEqual(Math.floor(400 * 2 ** index * 0.8));
    expect(wait).toBeLessThanOrEqual(Math.ceil(400 * 2 ** index * 1.2));
  }
});

it.each([
  ['a rate limit', answered(429, 3), 3_000],
  ['an unavailable store', answered(503, 2, 'store_unavailable'), 2_000],
  ['a proxy', gateway, 5_000],
])('waits for the Retry-After of %s before it repeats a query', async (_name, error, wait) => {
  const { api, arrivals } = server(error, 1);
  expect(await settledOf(api.query('note.list'))).toBe('note.list');
  expect(arrivals).toEqual([0, wait]);
});

it('does not wait for a Retry-After beyond the longest wait', async () => {
  const { api, arrivals } = server(answered(429, 60), 1);
  expect(await settledOf(api.query('note.list'))).toBeInstanceOf(TRPCClientError);
  expect(arrivals).toEqual([0]);
});

it('never repeats a mutation', async () => {
  const { api, arrivals } = server(lost, 1);
  expect(await settledOf(api.mutation('note.save'))).toBe(lost);
  expect(arrivals).toEqual([0]);
});

/** Includes 503, because a 503 without a reason of Latchkey's is the app's own. */
it.each([400, 401, 403, 404, 413, 429, 500, 503])(
  'does not repeat a query that was answered %d',
  async (status) => {
    const { api, arrivals } = server(answered(status), 1);
    await settledOf(api.query('note.list'));
    expect(arrivals).toEqual([0]);
  },
);

it('stops repeating a query when the caller aborts', async () => {
  const { api, arrivals } = server(lost);
  const caller = new AbortController();
  const call = api.query('note.list', undefined, { signal: caller.signal });
  await vi.advanceTimersByTimeAsync(100);
  caller.abort();
  await settledOf(call);
  expect(arrivals).toEqual([0]);
});

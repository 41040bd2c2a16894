import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { inPacedSteps, type StepOptions } from './paced-steps.ts';

let now: number;
let limits: number[];
beforeEach(() => {
  now = 0;
  limits = [];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Starts work whose steps block the process for these times, one after the other. */
function start(blockedMs: readonly number[], options?: StepOptions) {
  const left = [...blockedMs];
  return inPacedSteps(async (limit) => {
    limits.push(limit);
    now += left.shift() ?? 0;
    return left.length > 0;
  }, options);
}
/** Returns how long the pause after the first step takes, in milliseconds. */
async function pauseAfter(blockedMs: number, options?: StepOptions): Promise<number> {
  const work = start([blockedMs, 0], options);
  let waited = 0;
  await vi.advanceTimersByTimeAsync(0);
  for (; limits.length < 2; waited++) await vi.advanceTimersByTimeAsync(1);
  await work;
  return waited;
}

it.each([
  [0.3, 5],
  [1, 5],
  [2, 199],
  [11, 1_990],
  [400, 5_000],
])(
  'after a step that blocks the process for %d ms, paced steps pause for %d ms',
  async (blocked, expected) => {
    expect(await pauseAfter(blocked)).toBe(expected);
  },
);

it('paced steps pause for 5 ms after a step during which the process was free', async () => {
  const work = inPacedSteps(async (limit) => {
    limits.push(limit);
    await new Promise((resolve) => setTimeout(resolve, 40));
    now += 40;
    return limits.length < 2;
  });
  await vi.advanceTimersByTimeAsync(44);
  expect(limits).toEqual([100]);
  await vi.advanceTimersByTimeAsync(1);
  expect(limits).toEqual([100, 100]);
  await vi.advanceTimersByTimeAsync(40);
  await work;
});

it('paced steps pause for 5 ms in a process that serves no requests', async () => {
  expect(await pauseAfter(40, { servesRequests: false })).toBe(5);
  expect(limits).toEqual([100, 100]);
});

it('paced steps get smaller while they block for long, and larger again', async () => {
  const work = start([2, 2, 2, 2, 2, 0.7, 0.4, 0.4, 0.4, 0.4, 0]);
  await vi.runAllTimersAsync();
  await work;
  expect(limits).toEqual([100, 50, 25, 12, 10, 10, 10, 20, 40, 80, 100]);
});

it('a signal ends paced steps in the middle of a pause', async () => {
  const stopping = new AbortController();
  const work = start([400, 0], { signal: stopping.signal });
  await vi.advanceTimersByTimeAsync(100);
  stopping.abort();
  await work;
  expect(limits).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

it('a fault of a step ends paced steps', async () => {
  const fault = new Error('the disk is full');
  await expect(inPacedSteps(() => Promise.reject(fault))).rejects.toBe(fault);
  expect(vi.getTimerCount()).toBe(0);
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BatchWriter, batchWriter } from './batch-writer.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Creates a batch writer whose target can be made to fail. */
function writerTo(options: { capacity?: number } = {}) {
  const target = {
    out: false,
    outAfter: Number.POSITIVE_INFINITY,
    batches: [] as number[][],
    attempts: 0,
  };
  const delays: { pending: number; dropped: number }[] = [];
  const writer: BatchWriter<number> = batchWriter({
    async write(batch) {
      target.attempts += 1;
      if (target.out || target.batches.length >= target.outAfter) throw new Error('out');
      target.batches.push([...batch]);
    },
    onDelay: ({ pending, dropped }) => delays.push({ pending, dropped }),
    intervalSeconds: 1,
    capacity: 10_000,
    ...options,
  });
  return { writer, target, delays };
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('batchWriter', () => {
  it('writes the items of one interval in one batch, in order', async () => {
    const { writer, target } = writerTo();
    for (const n of upTo(3)) writer.push(n);
    await vi.advanceTimersByTimeAsync(999);
    expect(target.batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(target.batches).toEqual([[0, 1, 2]]);
  });

  it('writes many items in batches of 500', async () => {
    const { writer, target } = writerTo();
    for (const n of upTo(1_201)) writer.push(n);
    await writer.flush();
    expect(target.batches.map(({ length }) => length)).toEqual([500, 500, 201]);
    expect(target.batches.flat()).toEqual(upTo(1_201));
  });

  it('keeps unwritten items in order, and retries a failed write after doubling pauses', async () => {
    const { writer, target } = writerTo();
    target.out = true;
    writer.push(1);
    await vi.advanceTimersByTimeAsync(1_000);
    writer.push(2);
    const attempts = [target.attempts];
    for (const seconds of [2, 4, 8, 16, 30, 30]) {
      await vi.advanceTimersByTimeAsync(seconds * 1_000 - 1);
      const before = target.attempts;
      await vi.advanceTimersByTimeAsync(1);
      attempts.push(target.attempts - before);
    }
    expect(attempts).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(target.attempts).toBe(7);
    target.out = false;
    await writer.flush();
    expect(target.batches).toEqual([[1, 2]]);
  });

  it('drops the oldest pending items beyond its capacity, and reports how many', async () => {
    const { writer, target, delays } = writerTo({ capacity: 10 });
    target.out = true;
    for (const n of upTo(25)) writer.push(n);
    await writer.flush();
    expect(delays).toEqual([{ pending: 10, dropped: 15 }]);
    target.out = false;
    await writer.close();
    expect(target.batches).toEqual([upTo(25).slice(15)]);
  });

  it('returns to its normal interval after a write has succeeded', async () => {
    const { writer, target } = writerTo();
    target.out = true;
    writer.push(1);
    await vi.advanceTimersByTimeAsync(1_000);
    target.out = false;
    await vi.advanceTimersByTimeAsync(2_000);
    writer.push(2);
    await vi.advanceTimersByTimeAsync(999);
    expect(target.batches).toEqual([[1]]);
    await vi.advanceTimersByTimeAsync(1);
    expect(target.batches).toEqual([[1], [2]]);
  });

  it('retries only the batches that were not written', async () => {
    const { writer, target, delays } = writerTo();
    for (const n of upTo(1_201)) writer.push(n);
    target.outAfter = 1;
    await writer.flush();
    expect(delays).toEqual([{ pending: 701, dropped: 0 }]);
    target.outAfter = Number.POSITIVE_INFINITY;
    await writer.flush();
    expect(target.batches.flat()).toEqual(upTo(1_201));
  });

  it('never runs two writes at once, and writes items in order of arrival', async () => {
    const steps: string[] = [];
    const write = async (batch: readonly number[]) => {
      steps.push(`begin ${batch}`);
      await Promise.resolve();
      steps.push(`end ${batch}`);
    };
    const writer = batchWriter<number>({
      write,
      onDelay: () => {},
      intervalSeconds: 1,
      capacity: 10,
    });
    writer.push(1);
    const first = writer.flush();
    await Promise.resolve();
    writer.push(2);
    await Promise.all([first, writer.flush()]);
    expect(steps).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
  });

  it('queues items that arrive during a failing write behind the failed ones', async () => {
    const { writer, target } = writerTo();
    target.out = true;
    for (const n of [1, 2]) writer.push(n);
    const failing = writer.flush();
    await Promise.resolve();
    for (const n of [3, 4]) writer.push(n);
    await failing;
    target.out = false;
    await writer.flush();
    expect(target.batches).toEqual([[1, 2, 3, 4]]);
  });

  it('begins a new batch interval with the first item after a flush', async () => {
    const { writer, target } = writerTo();
    writer.push(1);
    await vi.advanceTimersByTimeAsync(500);
    await writer.flush();
    writer.push(2);
    await vi.advanceTimersByTimeAsync(999);
    expect(target.batches).toEqual([[1]]);
    await vi.advanceTimersByTimeAsync(1);
    expect(target.batches).toEqual([[1], [2]]);
  });

  it('does not call write when no item is pending', async () => {
    const { writer, target } = writerTo();
    await writer.close();
    expect(target.attempts).toBe(0);
  });

  it('does not retry a failed write after close', async () => {
    const { writer, target } = writerTo();
    target.out = true;
    writer.push(1);
    await writer.close();
    expect([target.attempts, vi.getTimerCount()]).toEqual([1, 0]);
  });
});

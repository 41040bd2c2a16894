import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BatchWriter, batchWriter } from './batch-writer.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A writer whose target can be out. */
function writerTo(options: { capacity?: number } = {}) {
  const target = { out: false, batches: [] as number[][], attempts: 0 };
  const delays: { pending: number; dropped: number }[] = [];
  const writer: BatchWriter<number> = batchWriter({
    async write(batch) {
      target.attempts += 1;
      if (target.out) throw new Error('out');
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

describe('a batch writer', () => {
  it('writes what came within the interval in one batch, in order', async () => {
    const { writer, target } = writerTo();
    for (const n of upTo(3)) writer.push(n);
    await vi.advanceTimersByTimeAsync(999);
    expect(target.batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(target.batches).toEqual([[0, 1, 2]]);
  });

  it('writes many in batches of 500, so that a target that cannot take all can take some', async () => {
    const { writer, target } = writerTo();
    for (const n of upTo(1_201)) writer.push(n);
    await writer.flush();
    expect(target.batches.map(({ length }) => length)).toEqual([500, 500, 201]);
    expect(target.batches.flat()).toEqual(upTo(1_201));
  });

  it('keeps what could not be written, in order, and asks again after ever longer pauses', async () => {
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

  it('drops the oldest beyond its capacity, and says how many', async () => {
    const { writer, target, delays } = writerTo({ capacity: 10 });
    target.out = true;
    for (const n of upTo(25)) writer.push(n);
    await writer.flush();
    expect(delays).toEqual([{ pending: 10, dropped: 15 }]);
    target.out = false;
    await writer.close();
    expect(target.batches).toEqual([upTo(25).slice(15)]);
  });
});

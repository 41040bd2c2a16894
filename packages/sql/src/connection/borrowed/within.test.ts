import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { within } from './within.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('within', () => {
  it('throws when the time of an attempt is over, and hands its late result on', async () => {
    const attempt = Promise.withResolvers<string>();
    const late = vi.fn();
    const answer = within(2_000, 'too late', attempt.promise, late);
    const told = expect(answer).rejects.toThrow('too late');
    await vi.advanceTimersByTimeAsync(2_000);
    await told;
    expect(late).not.toHaveBeenCalled();
    attempt.resolve('a connection');
    await vi.advanceTimersByTimeAsync(0);
    expect(late).toHaveBeenCalledWith('a connection');
  });

  it('returns a result in time, and leaves no timer', async () => {
    const late = vi.fn();
    expect(await within(2_000, 'too late', Promise.resolve('a connection'), late)).toBe(
      'a connection',
    );
    expect([late.mock.calls, vi.getTimerCount()]).toEqual([[], 0]);
  });
});

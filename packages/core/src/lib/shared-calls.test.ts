import { describe, expect, it } from 'vitest';
import { sharedCalls } from './shared-calls.ts';

/** A call that ends when the test says so. */
function pending() {
  const begun: boolean[] = [];
  const ends: PromiseWithResolvers<string>[] = [];
  return {
    /** For each call that has begun, whether it was the first. */
    begun,
    call(isFirst: boolean) {
      begun.push(isFirst);
      const end = Promise.withResolvers<string>();
      ends.push(end);
      return end.promise;
    },
    /** Waits for a call to begin, by its number. */
    async end(number: number) {
      await expect.poll(() => ends[number]).toBeDefined();
      return ends[number] ?? expect.fail();
    },
  };
}

describe('sharedCalls', () => {
  it('lets callers of the next turn of the event loop share the call, too', async () => {
    const share = sharedCalls<number>();
    const first = share('a', async () => 1);
    await new Promise(setImmediate);
    expect(await share('a', async () => 2)).toEqual({ answer: 1, isOwn: false });
    expect(await first).toEqual({ answer: 1, isOwn: true });
  });

  it('lets callers of one turn share the call of the first', async () => {
    const share = sharedCalls<number>();
    const calls = [1, 2, 3].map((answer) => share('a', async () => answer));
    expect(await Promise.all(calls)).toEqual([
      { answer: 1, isOwn: true },
      { answer: 1, isOwn: false },
      { answer: 1, isOwn: false },
    ]);
  });

  it('gives a caller no answer of a call that had begun before; those who wait share the next', async () => {
    const share = sharedCalls<string>();
    const { begun, call, end } = pending();
    const first = share('a', call);
    const firstEnd = await end(0);
    const late = [share('a', call), share('a', call)];
    firstEnd.resolve('early');
    expect(await first).toEqual({ answer: 'early', isOwn: true });
    const lateEnd = await end(1);
    const later = share('a', call);
    lateEnd.resolve('late');
    expect(await Promise.all(late)).toEqual([
      { answer: 'late', isOwn: true },
      { answer: 'late', isOwn: false },
    ]);
    (await end(2)).resolve('later');
    expect(await later).toEqual({ answer: 'later', isOwn: true });
    expect(begun).toEqual([true, false, false]);
  });

  it('shares nothing between keys', async () => {
    const share = sharedCalls<string>();
    const calls = ['a', 'b'].map((key) => share(key, async () => key));
    expect(await Promise.all(calls)).toEqual([
      { answer: 'a', isOwn: true },
      { answer: 'b', isOwn: true },
    ]);
  });

  it('keeps no answer once the call has ended', async () => {
    const share = sharedCalls<boolean>();
    const call = async (isFirst: boolean) => isFirst;
    for (const _ of [1, 2]) expect(await share('a', call)).toEqual({ answer: true, isOwn: true });
  });

  it('fails all who share a call, and those who wait for its end, with its error; then calls again', async () => {
    const share = sharedCalls<string>();
    const { begun, call, end } = pending();
    const calls = [share('a', call), share('a', call)];
    const firstEnd = await end(0);
    calls.push(share('a', call));
    const error = new Error('out');
    firstEnd.reject(error);
    expect(
      (await Promise.allSettled(calls)).map((settled) => 'reason' in settled && settled.reason),
    ).toEqual([error, error, error]);
    expect(begun).toEqual([true]);
    expect(await share('a', async () => 'back')).toEqual({ answer: 'back', isOwn: true });
  });
});

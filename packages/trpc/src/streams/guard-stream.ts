import { isObservable, observableToAsyncIterable } from '@trpc/server/observable';
import type { OpenStream } from './stream.ts';

const DONE = { done: true, value: undefined } as const;

/**
 * Passes on the values of a subscription, unchanged, for as long as its stream is open. When the
 * stream ends, a pending `next()` rejects or completes at once, even if the procedure ignores its
 * signal. The procedure's `finally` blocks run when it reaches them.
 *
 * @param source the procedure's result: an async iterable or an observable of tRPC
 */
export function guardStream(source: unknown, stream: OpenStream): AsyncIterableIterator<unknown> {
  const { signal } = stream;
  const iterator = iterate(source, signal)[Symbol.asyncIterator]();
  let isOver = false;

  /**
   * Ends the procedure's iterator without waiting: the procedure may be waiting for something else.
   */
  function endSource(): void {
    Promise.resolve(iterator.return?.()).catch(() => {});
  }

  /** Rejects once with the reason why the stream ended; from then on the iterator is done. */
  function tell(resolve: (result: typeof DONE) => void, reject: (error: unknown) => void): void {
    const end = isOver ? null : stream.end;
    if (!isOver) endSource();
    isOver = true;
    if (end) reject(end);
    else resolve(DONE);
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return tell(resolve, reject);
        const onAbort = () => tell(resolve, reject);
        signal.addEventListener('abort', onAbort, { once: true });
        const pass = (hand: () => void, isLast: boolean) => {
          if (signal.aborted) return;
          signal.removeEventListener('abort', onAbort);
          isOver = isLast;
          if (isLast) stream.close();
          hand();
        };
        iterator.next().then(
          (result) => pass(() => resolve(result), result.done === true),
          (error: unknown) => pass(() => reject(error), true),
        );
      }),
    async return() {
      stream.close();
      if (!isOver) endSource();
      isOver = true;
      return DONE;
    },
  };
}

function iterate(source: unknown, signal: AbortSignal): AsyncIterable<unknown> {
  return isObservable(source)
    ? observableToAsyncIterable(source, signal)
    : (source as AsyncIterable<unknown>);
}

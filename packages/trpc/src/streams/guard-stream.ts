import { isObservable, observableToAsyncIterable } from '@trpc/server/observable';
import type { OpenStream } from './stream.ts';

const DONE = { done: true, value: undefined } as const;

/**
 * The values of a subscription for as long as its stream is open. When it is over, whoever waits
 * for the next value is told why at once, even if the procedure pays no attention to its signal;
 * the procedure's `finally` blocks run as soon as it gets to them. Values pass through as they are.
 *
 * @param source what the procedure returned: an async iterable, or one of tRPC's observables
 */
export function guardStream(source: unknown, stream: OpenStream): AsyncIterableIterator<unknown> {
  const { signal } = stream;
  const iterator = iterate(source, signal)[Symbol.asyncIterator]();
  let isOver = false;

  /** Not waited for: a procedure that waits for something else comes to its end only after that. */
  function endSource(): void {
    Promise.resolve(iterator.return?.()).catch(() => {});
  }

  /** Says why it is over, once, and that it is over from then on. */
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

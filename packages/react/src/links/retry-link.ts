import type { TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { isUnreachable, retryAfterSecondsOf, statusOf } from '../api-error.ts';

/**
 * How queries without a response are repeated: by default 3 times, after 400 ms, with waits of at
 * most 10 s.
 */
export interface RetryOptions {
  /** The number of times that a query is repeated. */
  readonly attempts: number;
  /**
   * Milliseconds before the first repetition. Each later one waits twice as long, with 20 % jitter
   * so that clients do not return in step.
   */
  readonly firstDelay: number;
  /**
   * The longest wait before a repetition, in milliseconds. If `Retry-After` asks for more, the
   * caller gets the refusal at once.
   */
  readonly longestWait: number;
}

export const RETRY: RetryOptions = { attempts: 3, firstDelay: 400, longestWait: 10_000 };

/**
 * Repeats queries that were not answered, or that the server asked to repeat later (`Retry-After`,
 * RFC 9110 section 10.2.3). A mutation is never repeated: it may have been done although its answer
 * was lost.
 */
export function retryLink<TRouter extends AnyTRPCRouter>({
  attempts,
  firstDelay,
  longestWait,
}: RetryOptions = RETRY): TRPCLink<TRouter> {
  function waitBefore(attempt: number, error: unknown): number | null {
    const asked = retryAfterSecondsOf(error);
    if (
      attempt > attempts ||
      !(isUnreachable(error) || (statusOf(error) === 429 && asked !== null))
    )
      return null;
    const usual = firstDelay * 2 ** (attempt - 1) * (0.8 + Math.random() * 0.4);
    const wait = Math.max(usual, (asked ?? 0) * 1000);
    return wait > longestWait ? null : wait;
  }

  return () =>
    ({ next, op }) =>
      observable((observer) => {
        let stop = () => {};

        function attempt(number: number): void {
          const call = next(op).subscribe({
            next: (value) => observer.next(value),
            complete: () => observer.complete(),
            error(error) {
              const wait =
                op.type === 'query' && !op.signal?.aborted ? waitBefore(number, error) : null;
              if (wait === null) return observer.error(error);
              const timer = setTimeout(
                () => (op.signal?.aborted ? observer.error(error) : attempt(number + 1)),
                wait,
              );
              stop = () => clearTimeout(timer);
            },
          });
          stop = () => call.unsubscribe();
        }

        attempt(1);
        return () => stop();
      });
}

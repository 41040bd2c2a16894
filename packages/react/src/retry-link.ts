import type { TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { isUnreachable, retryAfterSecondsOf, statusOf } from './api-error.ts';

export interface RetryOptions {
  /** How often a query is asked again. */
  readonly attempts: number;
  /**
   * Milliseconds before the first further attempt; each later one waits twice as long, a little
   * more or less so that clients do not return in step.
   */
  readonly firstDelay: number;
  /**
   * Whoever asks for a longer wait than this, in milliseconds, is taken at their word at once: the
   * caller gets the refusal.
   */
  readonly longestWait: number;
}

export const RETRY: RetryOptions = { attempts: 3, firstDelay: 400, longestWait: 10_000 };

/**
 * Asks again what is safe to ask again: queries, when nobody answered, or when the server said to
 * come back in a moment (`Retry-After`, RFC 9110 10.2.3). A mutation is never repeated, because the
 * lost answer may have been a yes.
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

import type { Operation, TRPCClientError, TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import type { AppRouter } from '~/server/api/root';

const isUnauthorized = (error: TRPCClientError<AppRouter>) => error.data?.code === 'UNAUTHORIZED';

/** Calls that answer 401 for reasons of their own. */
const isSignIn = (op: Operation) => ['auth.login', 'auth.refresh'].includes(op.path);

/**
 * When a call answers 401, refreshes the tokens once and sends the call again. Calls that fail
 * while a refresh is under way wait for it in a queue.
 */
export function refreshLink(options: {
  refresh: () => Promise<void>;
  onSessionEnd: () => void;
}): TRPCLink<AppRouter> {
  let refreshing = false;
  let queue: { retry: () => void; fail: (error: unknown) => void }[] = [];

  const refresh = async () => {
    refreshing = true;
    try {
      await options.refresh();
      refreshing = false;
      const waiting = queue;
      queue = [];
      for (const { retry } of waiting) retry();
    } catch (error) {
      refreshing = false;
      const waiting = queue;
      queue = [];
      for (const { fail } of waiting) fail(error);
      options.onSessionEnd();
    }
  };

  return () =>
    ({ op, next }) =>
      observable((observer) => {
        let subscription: { unsubscribe: () => void } | undefined;
        const send = (isRetry: boolean) => {
          subscription = next(op).subscribe({
            next: (value) => observer.next(value),
            complete: () => observer.complete(),
            error(error) {
              if (!isUnauthorized(error) || isRetry || isSignIn(op)) return observer.error(error);
              queue.push({ retry: () => send(true), fail: () => observer.error(error) });
              if (!refreshing) void refresh();
            },
          });
        };
        send(false);
        return () => subscription?.unsubscribe();
      });
}

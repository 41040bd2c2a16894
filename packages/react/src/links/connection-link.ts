import type { TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { isUnreachable } from '../api-error.ts';
import type { Store } from '../store.ts';

/**
 * Whether the server answers: `failing` from the first unanswered call to the next answered one.
 */
export type Connection = 'ok' | 'failing';

/** Records in `connection` whether the server answers, from the result of each call. */
export function connectionLink<TRouter extends AnyTRPCRouter>(
  connection: Store<Connection>,
): TRPCLink<TRouter> {
  return () =>
    ({ next, op }) =>
      observable((observer) =>
        next(op).subscribe({
          next(result) {
            connection.set('ok');
            observer.next(result);
          },
          error(error) {
            if (!op.signal?.aborted) connection.set(isUnreachable(error) ? 'failing' : 'ok');
            observer.error(error);
          },
          complete: () => observer.complete(),
        }),
      );
}

import type { TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { isUnreachable } from './api-error.ts';
import type { Store } from './store.ts';

/** `failing` from the first call that got no answer until the next one that does. */
export type Connection = 'ok' | 'failing';

/** Watches every call, so that one place knows whether the server answers. */
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

import type { TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import type { AuthPath } from './auth-path.ts';
import type { Latchkey } from './latchkey.ts';

/**
 * Creates the link for queries and mutations; put `httpSubscriptionLink` or `wsLink` after it for
 * subscriptions. It sends cookies and the CSRF token, batches and streams, repeats only what is
 * safe, holds calls that were refused because the session is over until the same user signs in
 * again, and tells a lost network from a sign-out. A router with a transformer needs a `Latchkey`
 * with the same, and its path `auth` must be that of a router with Latchkey's procedures.
 *
 * @example
 * import { createLatchkey, latchkeyLink } from '@latchkey/react';
 * import { createTRPCClient } from '@trpc/client';
 *
 * const latchkey = createLatchkey({ url: '/trpc', queryClient });
 * const client = createTRPCClient<AppRouter>({ links: [latchkeyLink(latchkey)] });
 */
export function latchkeyLink<TRouter extends AnyTRPCRouter>(
  latchkey: Latchkey<
    TRouter['_def']['_config']['$types']['transformer'],
    AuthPath<TRouter['_def']['record']>
  >,
): TRPCLink<TRouter> {
  return (runtime) => {
    const links = latchkey.links<TRouter>().map((link) => link(runtime));
    return ({ op, next }) => {
      const follow = (index: number, current: typeof op): ReturnType<typeof next> => {
        const link = links[index];
        return link
          ? link({ op: current, next: (later) => follow(index + 1, later) })
          : next(current);
      };
      return follow(0, op);
    };
  };
}

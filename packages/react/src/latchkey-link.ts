import type { TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import type { Latchkey } from './latchkey.ts';

/**
 * The one link for queries and mutations, with `httpSubscriptionLink` or `wsLink` after it where an
 * app has subscriptions: sends with cookies and the anti-forgery token, streams what can stream,
 * repeats only what is safe, keeps calls that found the session over until the same person is back,
 * and tells a lost network from a sign-out.
 */
export function latchkeyLink<TRouter extends AnyTRPCRouter>(latchkey: Latchkey): TRPCLink<TRouter> {
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

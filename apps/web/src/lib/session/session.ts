import { hashKey, type QueryKey } from '@tanstack/react-query';
import { getQueryKey } from '@trpc/react-query';
import { type ApiOutputs, trpc } from '../trpc.ts';

/** What the server says of this browser's session. */
export type SessionAnswer = ApiOutputs['auth']['session'];

/** Who is signed in, as the server's procedures see it. */
export type Principal = NonNullable<SessionAnswer['principal']>;

/** Why nobody is signed in: the server's reason, or what this browser itself knows to have happened. */
export type SignedOutReason = SessionAnswer['reason'] | 'signed_out_here' | 'signed_out_elsewhere' | 'account_deleted';

export type SessionState =
  | { readonly status: 'pending' }
  /** No answer yet, and asking failed at least once: nobody knows whether someone is signed in. */
  | { readonly status: 'unanswered'; readonly error: unknown; readonly retry: () => void }
  | { readonly status: 'signed-out'; readonly reason: SignedOutReason }
  | { readonly status: 'signed-in'; readonly principal: Principal; readonly answer: SessionAnswer };

/** Tells one person from the next. The same one with another role sees other things, so that counts as another. */
export const personOf = (principal: Principal | null): string | null => principal && `${principal.userId} ${principal.role}`;

export const sessionKey: QueryKey = getQueryKey(trpc.auth.session, undefined, 'query');
const sessionHash = hashKey(sessionKey);

export const isSessionQuery = (query: { readonly queryHash: string }): boolean => query.queryHash === sessionHash;

/**
 * The one answer to "is someone signed in?". It never grows stale by itself: it is asked again when the access token runs out, when
 * the window is looked at again, and when another tab, a refusal or a sign-in gives cause. A failure to reach the server keeps the
 * last answer.
 */
export function useSession(): SessionState {
  const { data, error, errorUpdateCount, refetch } = trpc.auth.session.useQuery(undefined, {
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: 'always',
    refetchOnReconnect: 'always',
  });
  if (!data) return errorUpdateCount > 0 ? { status: 'unanswered', error, retry: () => void refetch() } : { status: 'pending' };
  if (!data.principal) return { status: 'signed-out', reason: data.reason };
  return { status: 'signed-in', principal: data.principal, answer: data };
}

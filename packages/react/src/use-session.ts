import { useQuery } from '@tanstack/react-query';
import { createContext, use } from 'react';
import type { Latchkey } from './latchkey.ts';
import { isSignedIn, type Principal, type SessionState, sessionKey } from './session.ts';
import type { SessionControl } from './session-control.ts';
import { useStore } from './store.ts';

export const LatchkeyContext = createContext<Latchkey | null>(null);
export const PrincipalContext = createContext<Principal | null>(null);

/**
 * The one answer to "is someone signed in?". It never grows stale by itself: it is asked again when
 * the access token runs out, when the window is looked at again, and when another tab, a refusal or
 * a sign-in gives cause. A failure to reach the server keeps the last answer.
 */
export function useSession(): SessionState {
  const latchkey = useLatchkey();
  const onPage = useStore(latchkey.onPage);
  const { data, error, errorUpdateCount, refetch } = useQuery({
    queryKey: sessionKey,
    queryFn: ({ signal }) => latchkey.fetchSession(signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: 'always',
    refetchOnReconnect: 'always',
    networkMode: 'always',
    retry: false,
  });
  if (!data)
    return errorUpdateCount > 0
      ? { status: 'unanswered', error, retry: () => void refetch() }
      : { status: 'pending' };
  if (isSignedIn(data)) return { status: 'signed-in', principal: data.principal, answer: data };
  if (onPage)
    return {
      status: 'interrupted',
      principal: onPage.principal,
      answer: onPage,
      reason: data.reason,
    };
  return { status: 'signed-out', reason: data.reason };
}

export function useLatchkey(): Latchkey {
  return present(use(LatchkeyContext), 'There is no <LatchkeyProvider> around this component.');
}

/** What to tell Latchkey after signing in or out. */
export function useSessionControl(): SessionControl {
  return useLatchkey().control;
}

/** Who is signed in, never null. Only inside `Protected`. */
export function useUser(): Principal {
  return present(
    use(PrincipalContext),
    'useUser is for what stands inside <Protected>; elsewhere ask useSession().',
  );
}

function present<T>(value: T | null, otherwise: string): T {
  if (value === null) throw new Error(otherwise);
  return value;
}

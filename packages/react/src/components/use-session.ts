import { useQuery } from '@tanstack/react-query';
import { createContext, use } from 'react';
import type { Latchkey } from '../latchkey.ts';
import { isSignedIn, type Principal, type SessionState, sessionKey } from '../session/session.ts';
import type { SessionControl } from '../session/session-control.ts';
import { useStore } from '../store.ts';

export const LatchkeyContext = createContext<Latchkey | null>(null);
export const PrincipalContext = createContext<Principal | null>(null);

/**
 * Returns whether a user is signed in, and who. The answer is fetched again when the window gets
 * the focus, when the network is back, and after a sign-in, a sign-out, a refusal or a message from
 * another tab. If the server cannot be reached, the last answer stays.
 *
 * @example
 * ```tsx
 * const session = useSession();
 * if (session.status === 'signed-in') return <p>Hello {session.principal.username}</p>;
 * ```
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

/** Returns the `latchkey` of the nearest `LatchkeyProvider`. @throws Error if there is none */
export function useLatchkey(): Latchkey {
  return present(
    use(LatchkeyContext),
    'useLatchkey: <LatchkeyProvider> is missing. Put it around this component.',
  );
}

/**
 * Returns the functions to call after a sign-in or sign-out.
 *
 * @example
 * ```tsx
 * const control = useSessionControl();
 * await client.auth.login.mutate({ username, password });
 * await control.signedIn();
 * ```
 */
export function useSessionControl(): SessionControl {
  return useLatchkey().control;
}

/**
 * Returns the signed-in user.
 *
 * @throws Error outside `Protected`
 * @example
 * ```tsx
 * const { username, role } = useUser();
 * ```
 */
export function useUser(): Principal {
  return present(
    use(PrincipalContext),
    'useUser: <Protected> is missing. Put it around this component, or use useSession().',
  );
}

function present<T>(value: T | null, otherwise: string): T {
  if (value === null) throw new Error(otherwise);
  return value;
}

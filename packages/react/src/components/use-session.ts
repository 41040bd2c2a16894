import { useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import type { Latchkey } from '../latchkey.ts';
import { isSignedIn, type Principal, type SessionState } from '../session/session.ts';
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
 * import { useSession } from '@latchkey/react';
 *
 * export function Greeting() {
 *   const session = useSession();
 *   if (session.status === 'pending') return <p>Wait</p>;
 *   return session.status === 'signed-in' ? <p>Hello {session.principal.username}</p> : null;
 * }
 * ```
 */
export function useSession(): SessionState {
  const latchkey = useLatchkey();
  const onPage = useStore(latchkey.onPage);
  const { data, error, errorUpdateCount, refetch } = useQuery({
    queryKey: latchkey.sessionKey,
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

/**
 * Returns the `latchkey` of the nearest `LatchkeyProvider`.
 *
 * @throws Error if there is none
 * @example
 * ```tsx
 * import { useLatchkey, useStore } from '@latchkey/react';
 *
 * export function Banner() {
 *   const connection = useStore(useLatchkey().connection);
 *   return connection === 'failing' ? <p>The server is not answering.</p> : null;
 * }
 * ```
 */
export function useLatchkey(): Latchkey {
  return present(
    useContext(LatchkeyContext),
    'useLatchkey: <LatchkeyProvider> is missing. Put it around this component.',
  );
}

/**
 * Returns the functions to call after a sign-in or sign-out.
 *
 * @example
 * ```tsx
 * import { useSessionControl } from '@latchkey/react';
 *
 * export function SignIn() {
 *   const control = useSessionControl();
 *   const signIn = async () => {
 *     await client.auth.login.mutate({ username: 'ada', password: 'right' });
 *     await control.signedIn();
 *   };
 *   return <button onClick={signIn}>Sign in</button>;
 * }
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
 * import { useUser } from '@latchkey/react';
 *
 * export const Name = () => <b>{useUser().username}</b>;
 * ```
 */
export function useUser(): Principal {
  return present(
    useContext(PrincipalContext),
    'useUser: <Protected> is missing. Put it around this component, or use useSession().',
  );
}

function present<T>(value: T | null, otherwise: string): T {
  if (value === null) throw new Error(otherwise);
  return value;
}

import { useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { createContext, type ReactNode, useContext } from 'react';
import type { AppRouter } from '~/server/api/root';
import { useTRPC } from '~/trpc/react';
import { SignIn } from './sign-in';

type Me = inferRouterOutputs<AppRouter>['auth']['me'];

const MeContext = createContext<Me | null>(null);

/** Shows the app to a signed-in user and the sign-in page to others. */
export function AuthGate({ children }: { children: ReactNode }) {
  const trpc = useTRPC();
  const me = useQuery(trpc.auth.me.queryOptions());
  if (me.data) return <MeContext value={me.data}>{children}</MeContext>;
  if (me.isPending) return <p>Loading…</p>;
  if (me.error.data?.code === 'UNAUTHORIZED') return <SignIn />;
  return <p role="alert">Something went wrong. {me.error.message}</p>;
}

export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error('useMe needs an AuthGate');
  return me;
}

export function OwnerOnly({ children }: { children: ReactNode }) {
  return useMe().role === 'owner' ? children : null;
}

import { createContext, use } from 'react';
import type { Principal } from './session.ts';
import type { SessionControl } from './session-control.ts';

export const SessionControlContext = createContext<SessionControl | null>(null);
export const PrincipalContext = createContext<Principal | null>(null);

export function useSessionControl(): SessionControl {
  return present(use(SessionControlContext), 'useSessionControl needs the app providers');
}

/** Who is signed in. Only on pages behind the sign-in. */
export function usePrincipal(): Principal {
  return present(use(PrincipalContext), 'usePrincipal is for pages behind the sign-in');
}

function present<T>(value: T | null, otherwise: string): T {
  if (value === null) throw new Error(otherwise);
  return value;
}

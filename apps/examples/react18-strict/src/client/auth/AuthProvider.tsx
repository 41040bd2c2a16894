import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useSyncExternalStore,
} from 'react';
import { LoginForm } from './LoginForm';
import type { Member, Session } from './session';

const AuthContext = createContext<{ session: Session; member: Member } | null>(null);

export function AuthProvider({ session, children }: { session: Session; children: ReactNode }) {
  const queryClient = useQueryClient();
  const member = useSyncExternalStore(session.subscribe, session.getMember);

  // StrictMode mounts twice in development, and a second refresh would look like a stolen token
  const started = useRef(false);
  useEffect(() => {
    if (started.current) return;
    started.current = true;
    void session.refresh();
  }, [session]);

  useEffect(() => {
    if (member === null) queryClient.clear();
  }, [member, queryClient]);

  if (member === undefined) return <p>Loading…</p>;
  if (member === null) return <LoginForm session={session} />;
  return <AuthContext.Provider value={{ session, member }}>{children}</AuthContext.Provider>;
}

export function useAuth() {
  const auth = useContext(AuthContext);
  if (!auth) throw new Error('useAuth must be used below AuthProvider');
  return auth;
}

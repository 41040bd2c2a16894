import type { ReactNode } from 'react';
import { type Principal, personOf, type Role, type SignedOutReason } from './session.ts';
import { PrincipalContext, useSession, useUser } from './use-session.ts';

interface ProtectedProps {
  children: ReactNode;
  /** For whoever is signed out, and why they are. */
  signedOut?: (reason: SignedOutReason) => ReactNode;
  /** While nobody knows yet whether someone is signed in. */
  pending?: ReactNode;
}

/**
 * For signed-in people; inside, `useUser` is never null. Another person starts it afresh, so
 * nothing of the last one is left on the screen. A session that is over keeps it, so that nothing
 * typed is lost while the same person signs in again. What people may see is for the server to
 * decide: this only tidies.
 */
export function Protected({ children, signedOut = () => null, pending = null }: ProtectedProps) {
  const session = useSession();
  if (session.status === 'signed-out') return signedOut(session.reason);
  if (session.status !== 'signed-in' && session.status !== 'interrupted') return pending;
  return (
    <PrincipalContext key={personOf(session.principal)} value={session.principal}>
      {children}
    </PrincipalContext>
  );
}

interface RequireRoleProps {
  /** The role, or any of several. */
  needs: Role | readonly Role[];
  children: ReactNode;
  /** For everybody with another role. */
  otherwise?: (user: Principal) => ReactNode;
}

/** Inside `Protected`: for people with one of these roles. */
export function RequireRole({ needs, children, otherwise = () => null }: RequireRoleProps) {
  const user = useUser();
  return ([] as readonly Role[]).concat(needs).includes(user.role) ? children : otherwise(user);
}

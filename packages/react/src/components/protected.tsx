import type { ReactNode } from 'react';
import { type Principal, personOf, type Role, type SignedOutReason } from '../session/session.ts';
import { PrincipalContext, useSession, useUser } from './use-session.ts';

/** The properties of {@link Protected}. */
export interface ProtectedProps {
  children: ReactNode;
  /** Shown while no user is signed in, with the reason; nothing by default. */
  signedOut?: (reason: SignedOutReason) => ReactNode;
  /**
   * Shown before the children when the session is over and its page is still there: `signedOut` by
   * default, so that the same user can sign in again. Calls wait until then.
   */
  interrupted?: (reason: SignedOutReason) => ReactNode;
  /** Shown until it is known whether a user is signed in; nothing by default. */
  pending?: ReactNode;
}

/**
 * Shows its children to a signed-in user; inside, `useUser` returns the user. Another user mounts
 * them anew, so that nothing of the last one stays on the screen. When the session is over they
 * stay mounted, so that nothing typed is lost while the same user signs in again. The server
 * decides what a user may read: this component only hides.
 *
 * @example
 * ```tsx
 * import { Protected } from '@latchkey/react';
 *
 * export const Page = () => (
 *   <Protected signedOut={(reason) => <p>Sign in ({reason})</p>} pending={<p>Wait</p>}>
 *     <p>Only for signed-in users</p>
 *   </Protected>
 * );
 * ```
 */
export function Protected({
  children,
  signedOut = () => null,
  interrupted = signedOut,
  pending = null,
}: ProtectedProps): ReactNode {
  const session = useSession();
  if (session.status === 'signed-out') return signedOut(session.reason);
  if (session.status !== 'signed-in' && session.status !== 'interrupted') return pending;
  return (
    <PrincipalContext.Provider key={personOf(session.principal)} value={session.principal}>
      {session.status === 'interrupted' && interrupted(session.reason)}
      {children}
    </PrincipalContext.Provider>
  );
}

/** The properties of {@link RequireRole}. */
export interface RequireRoleProps {
  /** The role that a user needs, or several of which one is enough. */
  needs: Role | readonly Role[];
  children: ReactNode;
  /** Shown to users with another role; nothing by default. */
  otherwise?: (user: Principal) => ReactNode;
}

/**
 * Shows its children to users with one of these roles. Use it inside `Protected`.
 *
 * @example
 * ```tsx
 * import { RequireRole } from '@latchkey/react';
 *
 * export const Users = () => (
 *   <RequireRole needs="Admin" otherwise={({ role }) => <p>Not for the role {role}.</p>}>
 *     <p>The list of users</p>
 *   </RequireRole>
 * );
 * ```
 */
export function RequireRole({
  needs,
  children,
  otherwise = () => null,
}: RequireRoleProps): ReactNode {
  const user = useUser();
  return ([] as readonly Role[]).concat(needs).includes(user.role) ? children : otherwise(user);
}

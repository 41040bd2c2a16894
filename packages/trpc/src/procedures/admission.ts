import {
  type AnyClaims,
  currentPrincipal,
  type Principal,
  StoreUnavailableError,
} from '@latchkey/core';
import type { RequestSession } from '@latchkey/http';
import type { Demand } from '../streams/guard-subscription.ts';
import { refuse, unavailable } from './errors.ts';
import type { Policy, SignedInAccess, SignedInPolicy } from './policy.ts';

/**
 * Returns the principal of a request.
 *
 * @throws TRPCError 503 if the session store is unavailable, 401 if the caller is not signed in
 * @example
 * import { requirePrincipal } from '@latchkey/trpc';
 *
 * const name = t.procedure.query(({ ctx }) => requirePrincipal(ctx.session).username);
 */
export function requirePrincipal<Claims extends AnyClaims = AnyClaims>(
  session: RequestSession<Claims>,
): Principal<Claims> {
  if (session.principal) return session.principal;
  if (session.outage) throw unavailable(session.outage);
  throw refuse(
    session.authentication.kind === 'anonymous' ? session.authentication.reason : 'no_credentials',
  );
}

/** Returns what a caller must meet, at the start and as long as a subscription is open. */
export function demandOf({ access }: Policy): Demand | 'public' {
  if (access === 'public') return 'public';
  if (access === 'signed_in') return () => {};
  const isAdmitted =
    'allow' in access
      ? (principal: Principal) => access.allow(principal)
      : ({ role }: Principal) => access.roles.includes(role);
  return (principal) => {
    if (isAdmitted(principal)) return;
    const caller = `You are signed in as ${principal.username} with the role ${principal.role}.`;
    throw refuse('role_required', { message: `This requires ${needsOf(access)}. ${caller}` });
  };
}

/**
 * Says what a policy needs of a signed-in caller: `the role Admin`, `one of the roles Admin,
 * Clerk`, or the words of a predicate.
 */
function needsOf(access: Exclude<SignedInAccess, 'signed_in'>): string {
  if ('needs' in access) return access.needs;
  const names = access.roles.join(', ');
  return access.roles.length === 1 ? `the role ${names}` : `one of the roles ${names}`;
}

/** Decides from the request alone whether a caller is admitted. */
export function admit(demand: Demand | 'public', session: RequestSession): Principal | null {
  if (demand === 'public') return session.principal;
  const principal = requirePrincipal(session);
  demand(principal);
  return principal;
}

/**
 * Decides from the store as well whether a caller is admitted. The role is required both now and
 * when the request arrived: a batch gains no rights midway.
 */
export async function admitByStore(
  demand: Demand | 'public',
  { maxAuthenticationAgeSeconds }: SignedInPolicy,
  session: RequestSession,
): Promise<Principal> {
  const caller = requirePrincipal(session);
  if (demand !== 'public') demand(caller);
  const confirmation = await session.confirm(caller).catch(throwOutage);
  if (confirmation.kind === 'refused') throw refuse(confirmation.reason);
  const principal = currentPrincipal(caller, confirmation.user);
  if (demand !== 'public') demand(principal);
  if (
    maxAuthenticationAgeSeconds !== null &&
    confirmation.authenticatedSecondsAgo >= maxAuthenticationAgeSeconds
  )
    throw refuse('reauthentication_required', { maxAuthenticationAgeSeconds });
  return principal;
}

function throwOutage(error: unknown): never {
  throw error instanceof StoreUnavailableError ? unavailable(error) : error;
}

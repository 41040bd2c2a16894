import type { Actor, AnyClaims, Principal } from '@latchkey/core';
import type { RequestSession } from '@latchkey/http';
import { initTRPC, type TRPCError } from '@trpc/server';
import { guardSubscription } from '../streams/guard-subscription.ts';
import { settleStreams } from '../streams/session-streams.ts';
import { admit, admitByStore, demandOf } from './admission.ts';
import type { LatchkeyContext } from './context.ts';
import { formatError, refuse, unavailableIfOutage } from './errors.ts';
import { markEnforcing } from './list-policies.ts';
import type { Policy, PublicPolicy, SignedInAccess, SignedInPolicy } from './policy.ts';
import { notePassage, noteRefusal } from './refused-call.ts';

type Roles<Role> = readonly [Role, ...Role[]];

/** An instance without a meta type, so that it fits an adopter's own. */
const t = initTRPC.context<LatchkeyContext>().create({ errorFormatter: formatError });

/**
 * Creates procedures to concatenate with your own: each enforces one {@link Policy}, before input
 * is parsed. They add `ctx.principal` (possibly `null` behind `public` and `setsCookies`) and
 * `ctx.actor`, the caller as audit events name it. Both keep the caller that was admitted, even if
 * the session ends while the procedure runs. A store outage is answered with 503.
 *
 * Pass your role names as a type argument, and a misspelt role does not compile; and the type of
 * the layer's claims as a second one, for `ctx.principal.claims` and the predicates of `allow`.
 *
 * @example
 * import { latchkeyProcedures } from '@latchkey/trpc';
 *
 * const { signedIn, withRole, recentlyAuthenticated } = latchkeyProcedures<'Admin' | 'User'>();
 * const router = t.router({
 *   mine: t.procedure.concat(signedIn).query(({ ctx }) => ctx.principal.username),
 *   users: t.procedure.concat(withRole('Admin')).query(() => ['ada', 'bob']),
 *   close: t.procedure.concat(recentlyAuthenticated(600)).mutation(() => 'account closed'),
 * });
 */
export function latchkeyProcedures<Role extends string, Claims extends AnyClaims = AnyClaims>() {
  /** Creates a procedure whose meta states the policy that its middleware enforces. */
  function stated<Admitted extends Principal<Claims> | null>(policy: Policy<Role>) {
    const demand = demandOf(policy);
    /** Admits a caller: at once, unless an open stream or the store has to be waited for. */
    function admitted(session: RequestSession): Principal | null | Promise<Principal | null> {
      if (policy.setsCookies && !canSetCookies(session))
        throw refuse('invalid_input', { message: COOKIES_WOULD_BE_LOST });
      const decide = () =>
        policy.revocation === 'strict'
          ? admitByStore(demand, policy, session)
          : admit(demand, session);
      const settling = settleStreams(session);
      return settling ? settling.then(decide) : decide();
    }

    const enforcing = t.middleware(async (call) => {
      try {
        const admission = admitted(call.ctx.session);
        const principal = (admission instanceof Promise ? await admission : admission) as Admitted;
        /**
         * Captured before the procedure runs: a sign-out in the same batch changes the request's
         * session.
         */
        const actor: Actor = { ...call.ctx.session.client, userId: principal?.userId ?? null };
        const run = (signal: AbortSignal) => call.next({ ctx: { principal, actor, signal } });
        const result = await (call.type === 'subscription'
          ? guardSubscription(call, demand, run)
          : run(call.signal ?? NEVER));
        return result.ok ? result : { ...result, error: passedOn(result.error, call) };
      } catch (error) {
        /** Only a refusal is thrown; errors of the procedure itself are returned. */
        throw noteRefusal(error, call);
      }
    });
    markEnforcing(enforcing, policy);
    return t.procedure.meta({ policy }).use(enforcing);
  }

  const openToAll = (setsCookies: boolean) =>
    stated<Principal<Claims> | null>({
      access: 'public',
      revocation: 'feed',
      maxAuthenticationAgeSeconds: null,
      setsCookies,
    } satisfies PublicPolicy);

  /** Creates a procedure that checks the access token and the revocation feed. */
  const byToken = (access: SignedInAccess<Role, Claims>) =>
    withPolicy({
      access,
      revocation: 'feed',
      maxAuthenticationAgeSeconds: null,
      setsCookies: false,
    });

  /** Creates a procedure that also checks the store. */
  const byStore = (
    access: SignedInAccess<Role, Claims>,
    maxAuthenticationAgeSeconds: number | null = null,
  ) =>
    withPolicy({ access, revocation: 'strict', maxAuthenticationAgeSeconds, setsCookies: false });

  function withPolicy(policy: SignedInPolicy<Role, Claims>) {
    const { maxAuthenticationAgeSeconds: seconds } = policy;
    if (typeof policy.access === 'object' && 'roles' in policy.access && !policy.access.roles[0])
      throw new RangeError('roles is empty: name at least one role, or use signed_in.');
    if (seconds !== null && !(seconds > 0))
      throw new RangeError(
        `maxAuthenticationAgeSeconds is ${seconds}: it must be more than 0. Use 600, for example.`,
      );
    return stated<Principal<Claims>>(policy);
  }

  return {
    /** Admits every caller, signed in or not. */
    public: openToAll(false),

    /**
     * Admits every caller, for procedures that set cookies: answers 400 before it does anything in
     * a streamed batch or over a WebSocket, where cookies would be lost.
     */
    setsCookies: openToAll(true),

    /** Admits signed-in callers. */
    signedIn: byToken('signed_in'),

    /** Admits signed-in callers whose access token has one of these roles. */
    withRole: (...roles: Roles<Role>) => byToken({ roles }),

    /**
     * Admits signed-in callers that a predicate accepts.
     *
     * @param needs what a caller needs, for refusals and lists of policies: `a verified e-mail`
     */
    allow: (needs: string, allow: (principal: Principal<Claims>) => boolean) =>
      byToken({ needs, allow }),

    /**
     * Admits signed-in callers whose session and user are still valid according to the store. Costs
     * two store reads; `ctx.principal.role` and `claims` are the current ones.
     */
    revalidated: byStore('signed_in'),

    /** Admits callers who have one of these roles according to the store. */
    withRevalidatedRole: (...roles: Roles<Role>) => byStore({ roles }),

    /**
     * Admits `revalidated` callers who gave their password less than `maxAgeSeconds` ago, at
     * sign-in or to `auth.reauthenticate`. Others are refused with `reauthentication_required`.
     */
    recentlyAuthenticated: (maxAgeSeconds: number) => byStore('signed_in', maxAgeSeconds),

    /** Admits callers as `withRevalidatedRole` and `recentlyAuthenticated` together do. */
    withRecentlyAuthenticatedRole: (role: Role, maxAgeSeconds: number) =>
      byStore({ roles: [role] }, maxAgeSeconds),

    /** Enforces any other policy for signed-in callers. */
    withPolicy,
  };
}

/** The signal of calls that the server makes: no client can leave. */
const NEVER = new AbortController().signal;

const COOKIES_WOULD_BE_LOST =
  'This procedure sets cookies, which a streamed batch or a WebSocket cannot. Name it in setCookies of createLatchkey, or call it by httpLink.';

/**
 * Whether cookies can be set: a streamed batch sends its head before its procedures run, a
 * WebSocket at its handshake.
 */
function canSetCookies(session: RequestSession): boolean {
  return session.canSetCookies && session.header('trpc-accept') !== 'application/jsonl';
}

/** Returns an error of the procedure itself as its caller gets it. */
function passedOn(error: TRPCError, call: Parameters<typeof notePassage>[1]): TRPCError {
  notePassage(error, call);
  return unavailableIfOutage(error);
}

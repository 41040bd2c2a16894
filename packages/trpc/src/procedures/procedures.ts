import { type Actor, type Principal, StoreUnavailableError } from '@latchkey/core';
import type { RequestSession } from '@latchkey/http';
import { initTRPC, type TRPCError } from '@trpc/server';
import { type Demand, guardSubscription } from '../streams/guard-subscription.ts';
import { settleStreams } from '../streams/session-streams.ts';
import type { LatchkeyContext } from './context.ts';
import { formatError, refuse, unavailable, unavailableIfOutage } from './errors.ts';
import { markEnforcing } from './list-policies.ts';
import type { Policy, PublicPolicy, SignedInPolicy } from './policy.ts';
import { notePassage, noteRefusal } from './refused-call.ts';

/** Where a procedure appears as plain HTTP, and in the OpenAPI document. */
export type RestMeta = {
  openapi?: {
    method: 'GET' | 'POST';
    path: `/${string}`;
    summary?: string;
    description?: string;
    tags?: string[];
    protect?: boolean;
    errorResponses?: number[];
  };
};

/** Any meta type of an adopter's own fits: ours names none. */
const t = initTRPC.context<LatchkeyContext>().create({ errorFormatter: formatError });

/**
 * The caller, for certain.
 *
 * @throws TRPCError 503 when the store could not be asked, 401 when nobody is signed in
 */
export function requirePrincipal(session: RequestSession): Principal {
  if (session.principal) return session.principal;
  if (session.outage) throw unavailable(session.outage);
  throw refuse(
    session.authentication.kind === 'anonymous' ? session.authentication.reason : 'no_credentials',
  );
}

/**
 * Procedures for any `t`: `t.procedure.concat(signedIn)`. Each has one policy, and refuses before
 * input is parsed; `ctx.principal` is there for all but `anyone` and `cookieSetting`, where it may
 * be `null`. `ctx.actor` is the same caller for events and audit logs: the one that was admitted,
 * also when the session ends while the procedure runs. A store that is out is answered as 503. Name
 * the application's roles once and a misspelt one does not compile: `latchkeyProcedures<'Admin' |
 * 'User'>()`.
 */
export function latchkeyProcedures<Role extends string>() {
  /**
   * Where a policy becomes a procedure: stated in its meta, and enforced from there by its one
   * middleware.
   */
  function stated<Admitted extends Principal | null>(policy: Policy<Role>) {
    const demand = demandOf(policy);
    async function admitted(session: RequestSession): Promise<Admitted> {
      if (policy.setsCookies && !canSetCookies(session))
        throw refuse('invalid_input', { message: COOKIES_WOULD_BE_LOST });
      const settling = settleStreams(session);
      if (settling) await settling;
      return (
        policy.revocation === 'strict'
          ? await admitByStore(demand, policy, session)
          : admit(demand, session)
      ) as Admitted;
    }

    const enforcing = t.middleware(async (call) => {
      try {
        const principal = await admitted(call.ctx.session);
        /**
         * Fixed here: a sign-out in the same batch changes the request's session while this call
         * runs.
         */
        const actor: Actor = { ...call.ctx.session.client, userId: principal?.userId ?? null };
        const result = await guardSubscription(call, demand, (signal) =>
          call.next({ ctx: { principal, actor, signal } }),
        );
        return result.ok ? result : { ...result, error: passedOn(result.error, call) };
      } catch (error) {
        /** What comes later is returned, not thrown. */
        throw noteRefusal(error, call);
      }
    });
    markEnforcing(enforcing, policy);
    return t.procedure.meta({ policy }).use(enforcing);
  }

  const open = (policy: PublicPolicy) => stated<Principal | null>(policy);

  /** Any policy for those who are signed in, for what has no name here. */
  function withPolicy(policy: SignedInPolicy<Role>) {
    if (policy.freshSeconds !== null && !(policy.freshSeconds > 0))
      throw new RangeError(
        `a password must be fresh for more than 0 seconds, not ${policy.freshSeconds}`,
      );
    return stated<Principal>(policy);
  }

  return {
    /** Anybody. */
    anyone: open({ access: 'public', revocation: 'feed', freshSeconds: null, setsCookies: false }),

    /**
     * Anybody, for procedures that set cookies: refuses before anything is done where the cookies
     * would be lost.
     */
    cookieSetting: open({
      access: 'public',
      revocation: 'feed',
      freshSeconds: null,
      setsCookies: true,
    }),

    /** Anybody who is signed in. */
    signedIn: withPolicy({
      access: 'signed_in',
      revocation: 'feed',
      freshSeconds: null,
      setsCookies: false,
    }),

    /** Only those with this role. */
    withRole: (role: Role) =>
      withPolicy({ access: { role }, revocation: 'feed', freshSeconds: null, setsCookies: false }),

    /**
     * Anybody who is signed in and whose session and user still hold at this moment, by the store.
     * Costs two look-ups; `ctx.principal` has the role as it is now.
     */
    confirmed: withPolicy({
      access: 'signed_in',
      revocation: 'strict',
      freshSeconds: null,
      setsCookies: false,
    }),

    /** Only those with this role at this moment, by the store. */
    withConfirmedRole: (role: Role) =>
      withPolicy({
        access: { role },
        revocation: 'strict',
        freshSeconds: null,
        setsCookies: false,
      }),

    /**
     * As `confirmed`, and the password must have been given less than so many seconds ago: at
     * sign-in, or to `auth.reauthenticate`.
     */
    fresh: (maxAgeSeconds: number) =>
      withPolicy({
        access: 'signed_in',
        revocation: 'strict',
        freshSeconds: maxAgeSeconds,
        setsCookies: false,
      }),

    /** As `withConfirmedRole`, and the password must be as fresh as for `fresh`. */
    withFreshRole: (role: Role, maxAgeSeconds: number) =>
      withPolicy({
        access: { role },
        revocation: 'strict',
        freshSeconds: maxAgeSeconds,
        setsCookies: false,
      }),

    withPolicy,
  };
}

const COOKIES_WOULD_BE_LOST =
  'This procedure sets cookies, which a streamed batch or a WebSocket cannot: call it through httpLink.';

/**
 * A streamed batch sends its head before its procedures have run, and a WebSocket has sent it at
 * its handshake.
 */
function canSetCookies(session: RequestSession): boolean {
  return session.canSetCookies && session.header('trpc-accept') !== 'application/jsonl';
}

/** What has to hold of a caller, now and for as long as a subscription of theirs is open. */
function demandOf({ access }: Policy): Demand | 'public' {
  if (access === 'public') return 'public';
  if (access === 'signed_in') return () => {};
  const wanted = access.role;
  return ({ role, username }) => {
    if (role !== wanted)
      throw refuse('role_required', {
        message: `This needs the role ${wanted}. You are signed in as ${username} with the role ${role}.`,
      });
  };
}

/** By what the request carries alone. */
function admit(demand: Demand | 'public', session: RequestSession): Principal | null {
  if (demand === 'public') return session.principal;
  const principal = requirePrincipal(session);
  demand(principal);
  return principal;
}

/**
 * By the store as well: the role must be there now, and have been when the request came in. Nobody
 * gains rights in the middle of a batch.
 */
async function admitByStore(
  demand: Demand | 'public',
  { freshSeconds }: SignedInPolicy,
  session: RequestSession,
): Promise<Principal> {
  const caller = requirePrincipal(session);
  if (demand !== 'public') demand(caller);
  const confirmation = await session.confirm(caller).catch(throwOutage);
  if (confirmation.kind === 'refused') throw refuse(confirmation.reason);
  const principal = { ...caller, role: confirmation.user.role };
  if (demand !== 'public') demand(principal);
  if (freshSeconds !== null && confirmation.authenticatedSecondsAgo >= freshSeconds)
    throw refuse('reauthentication_required', { freshSeconds });
  return principal;
}

/** An error of whatever the call ran, for the caller. */
function passedOn(error: TRPCError, call: Parameters<typeof notePassage>[1]): TRPCError {
  notePassage(error, call);
  return unavailableIfOutage(error);
}

function throwOutage(error: unknown): never {
  throw error instanceof StoreUnavailableError ? unavailable(error) : error;
}

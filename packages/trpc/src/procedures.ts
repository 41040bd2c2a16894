import { type Principal, StoreUnavailableError } from '@latchkey/core';
import { initTRPC, TRPCError } from '@trpc/server';
import type { LatchkeyContext } from './context.ts';
import { formatError, refuse } from './errors.ts';
import { type Demand, guardSubscription } from './guard-subscription.ts';
import type { RequestSession } from './request-session.ts';

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

const t = initTRPC.context<LatchkeyContext>().meta<RestMeta>().create({ errorFormatter: formatError });

/**
 * The caller, for certain.
 *
 * @throws TRPCError 503 when the store could not be asked, 401 when nobody is signed in
 */
export function requirePrincipal(session: RequestSession): Principal {
  if (session.principal) return session.principal;
  if (session.outage) throw new TRPCError({ code: 'SERVICE_UNAVAILABLE', cause: session.outage });
  throw refuse(session.authentication.kind === 'anonymous' ? session.authentication.reason : 'no_credentials');
}

/**
 * Procedures for any `t`: `t.procedure.concat(signedIn)`. They add `ctx.principal` and refuse before input is parsed.
 * Name the application's roles once and a misspelt one does not compile: `latchkeyProcedures<'Admin' | 'User'>()`.
 */
export function latchkeyProcedures<Role extends string>() {
  /** Anybody. A store that is out is answered as 503 here and in all others. */
  const anyone = t.procedure.use(async (call) => {
    await call.ctx.session.streams.settle();
    return answerOutage(await guardSubscription(call, 'public', () => call.next()));
  });

  /** Whoever meets a demand, for as long as they do: a subscription ends with it. `ctx.signal` aborts then, and when the caller is gone. */
  const demanding = (demand: Demand, isConfirmed = false) =>
    t.procedure.use(async (call) => {
      const { session } = call.ctx;
      await session.streams.settle();
      const principal = isConfirmed ? await confirmedPrincipal(session) : requirePrincipal(session);
      demand(principal);
      return answerOutage(await guardSubscription(call, demand, (signal) => call.next({ ctx: { principal, signal } })));
    });

  /** Anybody who is signed in. */
  const signedIn = demanding(() => {});

  /**
   * Anybody who is signed in and whose session and user still hold at this moment, by the store: an access token alone holds until it expires. Costs two
   * look-ups; `ctx.principal` has the role as it is now.
   */
  const confirmed = demanding(() => {}, true);

  /** Only those with this role. */
  const withRole = (role: Role) => demanding(requireRole(role));

  /** Only those with this role at this moment, by the store. */
  const withConfirmedRole = (role: Role) => demanding(requireRole(role), true);

  /** For procedures that set cookies: refuses before anything is done where the cookies would be lost. */
  const cookieSetting = anyone.use(({ ctx, next }) => {
    if (ctx.session.canSetCookies) return next();
    throw refuse('invalid_input', {
      message: 'This procedure sets cookies, which a streamed batch cannot, and a WebSocket neither: call it through httpLink.',
    });
  });

  return { anyone, signedIn, confirmed, withRole, withConfirmedRole, cookieSetting };
}

/** The caller as the store knows them at this moment. */
async function confirmedPrincipal(session: RequestSession): Promise<Principal> {
  const principal = requirePrincipal(session);
  const confirmation = await session.confirm(principal);
  if (confirmation.kind === 'refused') throw refuse(confirmation.reason);
  return { ...principal, role: confirmation.user.role };
}

function requireRole(wanted: string): Demand {
  return ({ role, username }) => {
    if (role !== wanted) throw refuse('role_required', { message: `This needs the role ${wanted}. You are signed in as ${username} with the role ${role}.` });
  };
}

function answerOutage<Result extends { readonly ok: boolean; readonly error?: TRPCError }>(result: Result): Result {
  const cause = result.error?.cause;
  if (cause instanceof StoreUnavailableError) throw new TRPCError({ code: 'SERVICE_UNAVAILABLE', cause });
  return result;
}

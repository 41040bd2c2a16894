import type { Principal } from '@latchkey/core';
import { formatError, latchkeyProcedures, type RestMeta, refuse } from '@latchkey/trpc';
import { initTRPC } from '@trpc/server';
import type { Context } from './context.ts';

/** The roles of the reference app. A misspelt role does not compile. */
export const ROLES = ['Admin', 'User'] as const;
export type Role = (typeof ROLES)[number];

/** The meta of a procedure. */
export type ProcedureMeta = RestMeta & {
  /**
   * Whether a caller who signed in with a one-time password is refused until they have chosen a
   * password.
   */
  readonly needsOwnPassword?: boolean;
};

const t = initTRPC
  .context<Context>()
  .meta<ProcedureMeta>()
  .create({ errorFormatter: formatError, sse: { ping: { enabled: true, intervalMs: 15_000 } } });
const policies = latchkeyProcedures<Role>();

/**
 * Refuses callers who signed in with a one-time password. It comes after the policy, whose
 * `ctx.principal` stays the admitted caller even if the session ends in the same batch.
 */
const refuseOneTimePassword = t.middleware(({ ctx, next }) => {
  const { principal } = ctx as Context & { readonly principal: Principal | null };
  if (principal?.claims.mustChangePassword === true)
    throw refuse('password_change_required', {
      code: 'FORBIDDEN',
      message: 'You signed in with a one-time password. Choose a password first.',
    });
  return next();
});
const own = t.procedure.meta({ needsOwnPassword: true });

export const router = t.router;
export const publicProcedure = t.procedure.concat(policies.public);
export const protectedProcedure = own.concat(policies.signedIn).use(refuseOneTimePassword);
/** The base of what a caller may read who signed in with a one-time password. */
export const anyPasswordProcedure = t.procedure.concat(policies.signedIn);
/**
 * The base of procedures that set cookies. Refused over streamed batches and WebSockets, which
 * cannot set cookies.
 */
export const cookieProcedure = t.procedure.concat(policies.setsCookies);
/**
 * The base of procedures that check the session store: a valid access token is refused once its
 * session has ended.
 */
export const revalidatedProcedure = own.concat(policies.revalidated).use(refuseOneTimePassword);
export const roleProcedure = (role: Role) =>
  own.concat(policies.withRole(role)).use(refuseOneTimePassword);
export const adminProcedure = own
  .concat(policies.withRevalidatedRole('Admin'))
  .use(refuseOneTimePassword);
/**
 * Creates the base of administrators' procedures that require a recent password check, against
 * misuse of an unlocked browser.
 */
export const recentlyAuthenticatedAdminProcedure = (maxAgeSeconds: number) =>
  own
    .concat(policies.withRecentlyAuthenticatedRole('Admin', maxAgeSeconds))
    .use(refuseOneTimePassword);
export const recentlyAuthenticatedCookieProcedure = (maxAgeSeconds: number) =>
  own.concat(recentlyAuthenticatedAndCookies(maxAgeSeconds)).use(refuseOneTimePassword);
/** Creates the base of the change of a password, which a one-time password admits to. */
export const passwordChangeProcedure = (maxAgeSeconds: number) =>
  t.procedure.concat(recentlyAuthenticatedAndCookies(maxAgeSeconds));

function recentlyAuthenticatedAndCookies(maxAgeSeconds: number) {
  return policies.withPolicy({
    access: 'signed_in',
    revocation: 'strict',
    maxAuthenticationAgeSeconds: maxAgeSeconds,
    setsCookies: true,
  });
}

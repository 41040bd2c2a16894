import { formatError, latchkeyProcedures, type RestMeta } from '@latchkey/trpc';
import { initTRPC } from '@trpc/server';
import type { Context } from './context.ts';

/** The roles of the reference app. A misspelt role does not compile. */
export const ROLES = ['Admin', 'User'] as const;
export type Role = (typeof ROLES)[number];

const t = initTRPC
  .context<Context>()
  .meta<RestMeta>()
  .create({ errorFormatter: formatError, sse: { ping: { enabled: true, intervalMs: 15_000 } } });
const policies = latchkeyProcedures<Role>();

export const router = t.router;
export const publicProcedure = t.procedure.concat(policies.public);
export const protectedProcedure = t.procedure.concat(policies.signedIn);
/**
 * The base of procedures that set cookies. Refused over streamed batches and WebSockets, which
 * cannot set cookies.
 */
export const cookieProcedure = t.procedure.concat(policies.setsCookies);
/**
 * The base of procedures that check the session store: a valid access token is refused once its
 * session has ended.
 */
export const revalidatedProcedure = t.procedure.concat(policies.revalidated);
export const roleProcedure = (role: Role) => t.procedure.concat(policies.withRole(role));
export const adminProcedure = t.procedure.concat(policies.withRevalidatedRole('Admin'));
/**
 * Creates the base of administrators' procedures that require a recent password check, against
 * misuse of an unlocked browser.
 */
export const recentlyAuthenticatedAdminProcedure = (maxAgeSeconds: number) =>
  t.procedure.concat(policies.withRecentlyAuthenticatedRole('Admin', maxAgeSeconds));
export const recentlyAuthenticatedCookieProcedure = (maxAgeSeconds: number) =>
  t.procedure.concat(
    policies.withPolicy({
      access: 'signed_in',
      revocation: 'strict',
      maxAuthenticationAgeSeconds: maxAgeSeconds,
      setsCookies: true,
    }),
  );

import { formatError, latchkeyProcedures, type RestMeta } from '@latchkey/trpc';
import { initTRPC } from '@trpc/server';
import type { Context } from './context.ts';

/** The roles of this app. A misspelt one does not compile. */
export const ROLES = ['Admin', 'User'] as const;
export type Role = (typeof ROLES)[number];

const t = initTRPC
  .context<Context>()
  .meta<RestMeta>()
  .create({ errorFormatter: formatError, sse: { ping: { enabled: true, intervalMs: 15_000 } } });
const {
  anyone,
  signedIn,
  confirmed,
  withRole,
  withConfirmedRole,
  cookieSetting,
  fresh,
  withFreshRole,
  withPolicy,
} = latchkeyProcedures<Role>();

export const router = t.router;
export const publicProcedure = t.procedure.concat(anyone);
export const protectedProcedure = t.procedure.concat(signedIn);
/** For procedures that set cookies, which neither a streamed batch nor a WebSocket can. */
export const cookieProcedure = t.procedure.concat(cookieSetting);
/** For what must not be done with an access token that has outlived its session. */
export const confirmedProcedure = t.procedure.concat(confirmed);
export const roleProcedure = (role: Role) => t.procedure.concat(withRole(role));
export const adminProcedure = t.procedure.concat(withConfirmedRole('Admin'));
/** For what somebody who finds the browser unlocked must not do. */
export const freshProcedure = (maxAgeSeconds: number) => t.procedure.concat(fresh(maxAgeSeconds));
export const freshAdminProcedure = (maxAgeSeconds: number) =>
  t.procedure.concat(withFreshRole('Admin', maxAgeSeconds));
export const freshCookieProcedure = (maxAgeSeconds: number) =>
  t.procedure.concat(
    withPolicy({
      access: 'signed_in',
      revocation: 'strict',
      freshSeconds: maxAgeSeconds,
      setsCookies: true,
    }),
  );

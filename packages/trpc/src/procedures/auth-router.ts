import type { Client, Principal, Reason, User } from '@latchkey/core';
import { initTRPC } from '@trpc/server';
import { z } from 'zod';
import type { LatchkeyContext } from './context.ts';
import { formatError, refuse } from './errors.ts';
import { latchkeyProcedures } from './procedures.ts';
import type { RestMeta } from './rest-meta.ts';
import { describeSession, sessionView } from './session-view.ts';

const t = initTRPC
  .context<LatchkeyContext>()
  .meta<RestMeta>()
  .create({ errorFormatter: formatError });
const policies = latchkeyProcedures<string>();

const message = z.object({ message: z.string() });
const tags = ['Session'];

/**
 * Username and password of a sign-in. The bounds limit what has to be hashed; they are not password
 * rules.
 *
 * @example
 * import { latchkeyProcedures, signInInput } from '@latchkey/trpc';
 * import { z } from 'zod';
 *
 * const { setsCookies } = latchkeyProcedures();
 * const signUp = t.procedure
 *   .concat(setsCookies)
 *   .input(signInInput.extend({ email: z.email() }))
 *   .mutation(({ input }) => console.log(input.username, input.email));
 */
export const signInInput = z.object({
  username: z
    .string()
    .min(1)
    .max(256)
    .refine((name) => !name.includes('\0'), 'must not hold a NUL'),
  password: z.string().min(1).max(1024),
});

/**
 * Reasons for which the caller presented nothing that could be refused: answered with 401, not 403.
 */
const NOT_PRESENTED: ReadonlySet<Reason> = new Set<Reason>([
  'refresh_token_missing',
  'username_missing',
  'ambiguous_session',
]);

/** The functions of your app that {@link authRouter} calls. */
export interface AuthRouterDependencies {
  /**
   * Checks a username and password. It must take the same time whether or not the user exists (ASVS
   * 6.3.8).
   *
   * @param client address and user agent of the caller, for rate limits and the audit log
   * @param deviceOf the id of the caller's device, if that user has signed in from it before: rate
   *   limits can spare such a device; else `null`
   * @returns the user; `null` if the pair is wrong or the user disabled
   */
  readonly checkPassword: (
    username: string,
    password: string,
    client: Client,
    deviceOf: (username: string) => string | null,
  ) => Promise<User | null>;
  /** Checks the password of a signed-in caller again; by default with `checkPassword`. */
  readonly confirmPassword?: (
    principal: Principal,
    password: string,
    client: Client,
  ) => Promise<boolean>;
}

/**
 * Creates a router with the procedures `login`, `refresh`, `logout`, `reauthenticate` and
 * `session`, for a router whose context extends `LatchkeyContext`.
 *
 * @example
 * import { authRouter } from '@latchkey/trpc';
 *
 * // checkPassword hashes the password of an unknown username too, so that both take the same time
 * const router = t.router({ auth: authRouter({ checkPassword }) });
 */
export function authRouter({
  checkPassword,
  confirmPassword = confirmBy(checkPassword),
}: AuthRouterDependencies) {
  return t.router({
    login: t.procedure
      .concat(policies.setsCookies)
      .meta({
        openapi: {
          method: 'POST',
          path: '/login',
          summary: 'Sign in',
          tags,
          errorResponses: [400, 401, 429, 503],
        },
      })
      .input(
        signInInput.extend({
          remember: z
            .boolean()
            .default(true)
            .describe('False for cookies that end with the browser'),
        }),
      )
      .output(message)
      .mutation(async ({ ctx, input }) => {
        const user = await checkPassword(
          input.username,
          input.password,
          ctx.session.client,
          ctx.session.actions.deviceOf,
        );
        if (!user) throw refuse('invalid_credentials');
        await ctx.session.actions.signIn(user, input.remember);
        return { message: 'Logged in via Cookies' };
      }),

    refresh: t.procedure
      .concat(policies.setsCookies)
      .meta({
        openapi: {
          method: 'POST',
          path: '/refresh',
          summary: 'Refresh the access token now',
          tags,
          errorResponses: [401, 403, 429, 503],
        },
      })
      .output(message)
      .mutation(async ({ ctx }) => {
        const outcome = await ctx.session.refresh();
        if (outcome.kind === 'refreshed') return { message: 'Refreshed via Cookies' };
        if (NOT_PRESENTED.has(outcome.reason)) throw refuse(outcome.reason);
        throw refuse(outcome.reason, {
          code: 'FORBIDDEN',
          message: 'The refresh was refused. Sign in again.',
        });
      }),

    logout: t.procedure
      .concat(policies.setsCookies)
      .meta({
        openapi: {
          method: 'POST',
          path: '/logout',
          summary: 'Sign out',
          tags,
          errorResponses: [503],
        },
      })
      .output(message)
      .mutation(async ({ ctx }) => {
        await ctx.session.actions.signOut();
        return { message: 'Logged out' };
      }),

    /**
     * Checks the caller's password again, after `reauthentication_required`. Session and cookies
     * stay the same.
     */
    reauthenticate: t.procedure
      .concat(policies.revalidated)
      .input(signInInput.pick({ password: true }))
      .output(message)
      .mutation(async ({ ctx: { principal, session }, input }) => {
        if (!(await confirmPassword(principal, input.password, session.client)))
          throw refuse('invalid_credentials', {
            code: 'FORBIDDEN',
            message: 'password: is not your password.',
          });
        if (!(await session.actions.reauthenticate(principal))) throw refuse('session_revoked');
        return { message: 'Reauthenticated' };
      }),

    session: t.procedure
      .concat(policies.public)
      .output(sessionView)
      .query(({ ctx }) => describeSession(ctx.session)),
  });
}

function confirmBy(
  checkPassword: AuthRouterDependencies['checkPassword'],
): NonNullable<AuthRouterDependencies['confirmPassword']> {
  return async ({ userId, username }, password, client) =>
    (await checkPassword(username, password, client, () => null))?.id === userId;
}

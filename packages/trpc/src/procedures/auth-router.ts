import type { Client, Principal, Reason, User } from '@latchkey/core';
import { initTRPC } from '@trpc/server';
import { z } from 'zod';
import type { LatchkeyContext } from './context.ts';
import { formatError, refuse } from './errors.ts';
import { latchkeyProcedures, type RestMeta } from './procedures.ts';
import { describeSession, sessionView } from './session-view.ts';

const t = initTRPC
  .context<LatchkeyContext>()
  .meta<RestMeta>()
  .create({ errorFormatter: formatError });
const { public: publicPolicy, setsCookies, revalidated } = latchkeyProcedures<string>();

const message = z.object({ message: z.string() });
const tags = ['Session'];

/** What people type to sign in. Bounds keep hashing cheap to refuse; they are no password rules. */
export const signInInput = z.object({
  username: z
    .string()
    .min(1)
    .max(256)
    .refine((name) => !name.includes('\0'), 'must not hold a NUL'),
  password: z.string().min(1).max(1024),
});

/** Nothing was refused that could be refreshed: 401 and not 403. */
const NOT_PRESENTED: ReadonlySet<Reason> = new Set<Reason>([
  'refresh_token_missing',
  'username_missing',
  'ambiguous_session',
]);

export interface AuthRouterDependencies {
  /**
   * Checks a pair. Must take the same time whether or not the user exists (ASVS 6.3.8).
   *
   * @param client who is asking, for the audit log
   * @param deviceOf the id of the device, where a user of that name signed in from it before:
   *   nobody else's guesses should keep it out
   * @returns the user, or `null` for any wrong pair
   */
  readonly checkPassword: (
    username: string,
    password: string,
    client: Client,
    deviceOf: (username: string) => string | null,
  ) => Promise<User | null>;
  /**
   * Whether it is the password of somebody who is signed in. Unless given, `checkPassword` is
   * asked.
   */
  readonly confirmPassword?: (
    principal: Principal,
    password: string,
    client: Client,
  ) => Promise<boolean>;
}

/**
 * `auth.login`, `auth.refresh`, `auth.logout`, `auth.reauthenticate` and `auth.session`, ready to
 * mount in any router whose context extends `LatchkeyContext`.
 */
export function authRouter({
  checkPassword,
  confirmPassword = confirmBy(checkPassword),
}: AuthRouterDependencies) {
  return t.router({
    login: t.procedure
      .concat(setsCookies)
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
      .concat(setsCookies)
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
      .concat(setsCookies)
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

    /** Lifts `reauthentication_required`: the same session goes on, with the same cookies. */
    reauthenticate: t.procedure
      .concat(revalidated)
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
      .concat(publicPolicy)
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

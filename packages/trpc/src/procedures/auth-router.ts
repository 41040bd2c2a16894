import { type AnyClaims, type Reason, refuseUnknownOptions, type User } from '@latchkey/core';
import type { RequestSession } from '@latchkey/http';
import { initTRPC } from '@trpc/server';
import { z } from 'zod';
import type { LatchkeyContext } from './context.ts';
import { refuse } from './errors.ts';
import type { RestMeta } from './policy.ts';
import { latchkeyProcedures } from './procedures.ts';
import { describeSession, type SessionView, sessionView } from './session-view.ts';
import {
  type AuthRouterDependencies,
  byPassword,
  type ClaimsOf,
  type OwnSignInDependencies,
  type PasswordInput,
  type passwordInput,
  signInInput,
} from './sign-in.ts';

/** Without an error formatter, so that `mergeRouters` accepts it beside an app's own router. */
const t = initTRPC.context<LatchkeyContext>().meta<RestMeta>().create();
const policies = latchkeyProcedures<string>();

const message = z.object({ message: z.string() });
const tags = ['Session'];

/**
 * Reasons for which the caller presented nothing that could be refused: answered with 401, not 403.
 */
const NOT_PRESENTED: ReadonlySet<Reason> = new Set<Reason>([
  'refresh_token_missing',
  'username_missing',
  'ambiguous_session',
]);

/**
 * Creates a router with the procedures `login`, `refresh`, `logout`, `reauthenticate` and
 * `session`, for a router whose context extends `LatchkeyContext`.
 *
 * @example
 * import { authRouter } from '@latchkey/trpc';
 *
 * // checkPassword hashes the password of an unknown username too, so that both take the same time
 * const router = t.router({ auth: authRouter({ checkPassword }) });
 *
 * @example
 * import { authRouter } from '@latchkey/trpc';
 *
 * // beside procedures of your own: the app's router comes first
 * const own = t.router({ google: t.procedure.query(() => 'https://accounts.google.com') });
 * const router = t.router({ auth: t.mergeRouters(own, authRouter({ checkPassword })) });
 *
 * @example
 * import { authRouter } from '@latchkey/trpc';
 * import { TRPCError } from '@trpc/server';
 * import { z } from 'zod';
 *
 * const auth = authRouter({
 *   input: z.object({ email: z.email(), password: z.string() }),
 *   async signIn({ email, password }) {
 *     if (email.endsWith('@unverified.example'))
 *       throw new TRPCError({ code: 'FORBIDDEN', message: 'Verify your e-mail first.' });
 *     return checkPassword(email, password);
 *   },
 *   confirmPassword: async ({ username }, password) =>
 *     (await checkPassword(username, password)) !== null,
 * });
 */
export function authRouter<Owner extends User>(
  dependencies: AuthRouterDependencies<Owner>,
): ReturnType<typeof routerOf<PasswordInput, z.output<typeof passwordInput>, ClaimsOf<Owner>>>;
export function authRouter<In, Out, Owner extends User>(
  dependencies: OwnSignInDependencies<In, Out, Owner>,
): ReturnType<typeof routerOf<In, Out, ClaimsOf<Owner>>>;
export function authRouter(dependencies: object): unknown {
  const isOwn = 'input' in dependencies;
  for (const name of isOwn ? ['signIn', 'confirmPassword'] : ['checkPassword'])
    if (typeof (dependencies as Record<string, unknown>)[name] !== 'function')
      throw new TypeError(`authRouter: ${name} is missing. Pass a function.`);
  const { confirmPassword: _, ...rest } = dependencies as Record<string, unknown>;
  const { input: _input, signIn: _signIn, ...ofOwn } = rest;
  const { checkPassword: _checkPassword, ...ofPassword } = rest;
  refuseUnknownOptions(isOwn ? ofOwn : ofPassword);
  return isOwn
    ? routerOf(dependencies as OwnSignInDependencies<unknown, unknown>)
    : routerOf(byPassword(dependencies as AuthRouterDependencies));
}

const viaOf = ({ transfer }: RequestSession) => (transfer === 'headers' ? 'Headers' : 'Cookies');

function routerOf<In, Out, Claims extends AnyClaims>({
  input: schema,
  signIn,
  confirmPassword,
}: OwnSignInDependencies<In, Out>) {
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
      .input(schema)
      .output(message)
      .mutation(async ({ ctx: { session }, input }) => {
        const { client, actions } = session;
        const user = await signIn(input as Out, { client, deviceOf: actions.deviceOf });
        if (!user) throw refuse('invalid_credentials');
        await actions.signIn(user, (input as { remember?: unknown }).remember !== false);
        return { message: `Logged in via ${viaOf(session)}` };
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
        if (outcome.kind === 'refreshed') return { message: `Refreshed via ${viaOf(ctx.session)}` };
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
      .output(sessionView as z.ZodType<SessionView<Claims>>)
      .query(({ ctx }) => describeSession(ctx.session as RequestSession<Claims>)),
  });
}

import type { AnyClaims, Client, Principal, User } from '@latchkey/core';
import { z } from 'zod';

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

export const passwordInput = signInInput.extend({
  remember: z.boolean().default(true).describe('False for cookies that end with the browser'),
});

/** The functions of your app that `authRouter` calls, for sign-in with username and password. */
export interface AuthRouterDependencies<Owner extends User = User> {
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
  ) => Promise<Owner | null>;
  /** Checks the password of a signed-in caller again; by default with `checkPassword`. */
  readonly confirmPassword?: (
    principal: Principal,
    password: string,
    client: Client,
  ) => Promise<boolean>;
}

/** The caller of a sign-in, for rate limits and the audit log. */
export interface SignInCaller {
  readonly client: Client;
  /**
   * The id of the caller's device, if that user has signed in from it before: rate limits can spare
   * such a device; else `null`.
   */
  readonly deviceOf: (username: string) => string | null;
}

/** The functions of your app that `authRouter` calls, for sign-in with an input of your own. */
export interface OwnSignInDependencies<In, Out, Owner extends User = User> {
  /**
   * The schema of the input of `login`. If its output has `remember: false`, the cookies end with
   * the browser.
   */
  readonly input: z.ZodType<Out, In>;
  /**
   * Checks a sign-in. An error that it throws reaches the client as it is: a `TRPCError` with a
   * code and a message of your own, such as "Verify your e-mail first.".
   *
   * @returns the user; `null` answers 401 `invalid_credentials`
   */
  readonly signIn: (input: Out, caller: SignInCaller) => Promise<Owner | null>;
  /** Checks the password of a signed-in caller again. */
  readonly confirmPassword: (
    principal: Principal,
    password: string,
    client: Client,
  ) => Promise<boolean>;
}

/** The claims of the users of an app, as its sign-in returns them. */
export type ClaimsOf<Owner extends User> = Owner extends {
  readonly claims: infer Claims extends AnyClaims;
}
  ? Claims
  : AnyClaims;

/** The input of `login` with username and password. */
export type PasswordInput = z.input<typeof passwordInput>;

/** Adapts the sign-in with username and password to the form of a sign-in with an own input. */
export function byPassword({
  checkPassword,
  confirmPassword = confirmBy(checkPassword),
}: AuthRouterDependencies): OwnSignInDependencies<PasswordInput, z.output<typeof passwordInput>> {
  return {
    input: passwordInput,
    signIn: ({ username, password }, { client, deviceOf }) =>
      checkPassword(username, password, client, deviceOf),
    confirmPassword,
  };
}

function confirmBy(
  checkPassword: AuthRouterDependencies['checkPassword'],
): NonNullable<AuthRouterDependencies['confirmPassword']> {
  return async ({ userId, username }, password, client) =>
    (await checkPassword(username, password, client, () => null))?.id === userId;
}

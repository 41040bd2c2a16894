import { faultsOf, OptionsError } from '@latchkey/core';
import { z } from 'zod';

const schema = z
  .strictObject({
    sameSite: z
      .enum(['strict', 'lax', 'none'], "must be 'strict', 'lax' or 'none'")
      .default('strict'),
    secure: z.boolean().default(true),
    hostPrefix: z.boolean().optional(),
    domain: z.string().min(1, 'must not be empty').optional(),
    partitioned: z.boolean().default(false),
    prefix: z
      .string()
      .regex(/^[A-Za-z0-9_-]{0,32}$/, 'must have at most 32 letters, digits, - and _')
      .default(''),
  })
  .transform((options) => ({
    ...options,
    hostPrefix: options.hostPrefix ?? (options.secure && options.domain === undefined),
  }))
  .check(({ value, issues }) => {
    const fault = (path: keyof typeof value, message: string) =>
      issues.push({ code: 'custom', path: [path], input: value[path], message });
    if (value.hostPrefix && !value.secure)
      fault('hostPrefix', 'needs secure: browsers refuse __Host- cookies without Secure');
    if (value.hostPrefix && value.domain !== undefined)
      fault(
        'domain',
        'must be left out with hostPrefix: browsers refuse __Host- cookies with a Domain',
      );
    if (/^__(host|secure)-/i.test(value.prefix))
      fault('prefix', 'must not begin with __Host- or __Secure-: hostPrefix adds the former');
    if (value.partitioned && value.sameSite !== 'none')
      fault('partitioned', "is for pages of other sites: set sameSite to 'none', or leave it out");
    if (value.sameSite === 'none' && !value.secure)
      fault('sameSite', "'none' needs secure: browsers refuse SameSite=None without Secure");
  });

/**
 * The attributes of the session's cookies, complete and checked. `HttpOnly` and `Path=/` are fixed.
 */
export interface CookieOptions {
  /** `'strict'` by default; `'lax'` and `'none'` turn the CSRF token on. */
  readonly sameSite: 'strict' | 'lax' | 'none';
  /** True by default. */
  readonly secure: boolean;
  /** Whether names begin with `__Host-`; by default if `secure` without `domain`. */
  readonly hostPrefix: boolean;
  /** Shares the cookies with subdomains; by default the host alone has them. */
  readonly domain?: string | undefined;
  /**
   * Keeps the cookies apart for each site whose pages call (CHIPS), as browsers that block
   * third-party cookies require; needs `sameSite: 'none'`; false by default.
   */
  readonly partitioned: boolean;
  /**
   * Begins the names, after `__Host-`, so that two apps on one host keep apart; empty by default.
   */
  readonly prefix: string;
}

/** The attributes of the session's cookies; each has a default. */
export type CookieOptionsInput = {
  readonly [Name in keyof CookieOptions]?: CookieOptions[Name] | undefined;
};

/**
 * Completes and checks the cookie options.
 *
 * @throws OptionsError listing every fault with its fix
 * @example
 * import { parseCookieOptions } from '@latchkey/http';
 *
 * const cookies = parseCookieOptions({ sameSite: 'lax', domain: 'example.com' });
 * console.log(cookies.hostPrefix); // false: browsers refuse __Host- with a Domain
 */
export function parseCookieOptions(input: CookieOptionsInput = {}): CookieOptions {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new OptionsError(faultsOf(parsed.error, input));
}

/** The names of Latchkey's cookies. The first three carry the session. */
export interface CookieNames {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly username: string;
  /**
   * The name of the cookie that is present if the session ends with the browser; not a credential.
   */
  readonly sessionOnly: string;
  /** The name of the device's cookie, which outlives sessions; not a credential. */
  readonly device: string;
  /** The name of the cookie to which CSRF tokens are bound before a session exists. */
  readonly preSession: string;
}

/**
 * Returns the names of the cookies.
 *
 * @example
 * import { cookieNames } from '@latchkey/http';
 *
 * cookieNames({ hostPrefix: true }).accessToken; // '__Host-X-Access-Token'
 */
export function cookieNames({
  hostPrefix,
  prefix = '',
}: Pick<CookieOptions, 'hostPrefix'> & { readonly prefix?: string }): CookieNames {
  const named = (name: string) => `${hostPrefix ? '__Host-' : ''}${prefix}X-${name}`;
  return {
    accessToken: named('Access-Token'),
    refreshToken: named('Refresh-Token'),
    username: named('Username'),
    sessionOnly: named('Session-Only'),
    device: named('Device'),
    preSession: named('Pre-Session'),
  };
}

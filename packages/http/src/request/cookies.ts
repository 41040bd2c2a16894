import { faultsOf, type Grant, OptionsError, type SessionOptions } from '@latchkey/core';
import { type SetCookie, stringifySetCookie } from 'cookie';
import { z } from 'zod';
import { DEVICE_COOKIE_SECONDS } from './device-tokens.ts';

const schema = z
  .object({
    sameSite: z
      .enum(['strict', 'lax', 'none'], "must be 'strict', 'lax' or 'none'")
      .default('strict'),
    secure: z.boolean().default(true),
    hostPrefix: z.boolean().optional(),
    domain: z.string().min(1, 'must not be empty').optional(),
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
    if (value.sameSite === 'none' && !value.secure)
      fault('sameSite', "'none' needs secure: browsers refuse SameSite=None without Secure");
  });

/** Attributes of the three cookies. `HttpOnly` and `Path=/` are not up for choice. */
export type CookieOptionsInput = z.input<typeof schema>;
export type CookieOptions = Readonly<z.output<typeof schema>>;

/**
 * Completes and checks the cookie options.
 *
 * @throws OptionsError listing every fault with its fix
 */
export function parseCookieOptions(input: CookieOptionsInput = {}): CookieOptions {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new OptionsError(faultsOf(parsed.error, input));
}

/** The names of the cookies. Only the first three carry the session. */
export interface CookieNames {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly username: string;
  /** There while the session is to end with the browser. It opens nothing. */
  readonly sessionOnly: string;
  /** Says which device a browser is; it outlives sessions and opens nothing. */
  readonly device: string;
  /**
   * Stands for a browser before it has a session, so that a CSRF token can be bound to something.
   */
  readonly preSession: string;
}

/** The names under which the cookies travel. */
export function cookieNames({ hostPrefix }: Pick<CookieOptions, 'hostPrefix'>): CookieNames {
  const named = (name: string) => `${hostPrefix ? '__Host-' : ''}X-${name}`;
  return {
    accessToken: named('Access-Token'),
    refreshToken: named('Refresh-Token'),
    username: named('Username'),
    sessionOnly: named('Session-Only'),
    device: named('Device'),
    preSession: named('Pre-Session'),
  };
}

/**
 * Every value a Cookie header holds under exactly this name, in its order; a header may hold
 * several (RFC 6265, 5.4). Never throws.
 */
export function readCookies(header: string | undefined, name: string): string[] {
  const values: string[] = [];
  if (header === undefined) return values;
  const key = `${name}=`;
  /** Only our own pairs are cut out and decoded: this runs on every request. */
  for (let at = header.indexOf(key); at !== -1; at = header.indexOf(key, at + 1)) {
    if (!startsPair(header, at)) continue;
    const end = header.indexOf(';', at);
    const value = decode(header.slice(at + key.length, end === -1 ? undefined : end).trim());
    /** None of ours holds a NUL, and databases choke on it. */
    if (value && !value.includes('\0')) values.push(value);
  }
  return values;
}

/**
 * Only these two are space here (RFC 9110, 5.6.3): a browser takes other kinds as part of a name,
 * and they must not lead around `__Host-`.
 */
function startsPair(header: string, at: number): boolean {
  let before = at - 1;
  while (header[before] === ' ' || header[before] === '\t') before -= 1;
  return before < 0 || header[before] === ';';
}

/** What is not rightly encoded is taken as it is. */
function decode(value: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/**
 * The same header without the cookies of that name, and with one such cookie of the given value.
 */
export function replaceCookie(header: string | undefined, name: string, value: string): string {
  const others = (header ?? '')
    .split(';')
    .filter((pair) => pair.trim() !== '' && !pair.trimStart().startsWith(`${name}=`));
  return [...others.map((pair) => pair.trim()), `${name}=${value}`].join('; ');
}

/** What the server sets, without the value: for people who want to see it. */
export interface CookieDescription {
  readonly name: string;
  readonly httpOnly: boolean;
  readonly secure: boolean;
  readonly sameSite: 'strict' | 'lax' | 'none';
  readonly path: string;
  /** Null for a cookie that ends with the browser. */
  readonly maxAgeSeconds: number | null;
}

export function describeCookies(
  options: CookieOptions,
  session: SessionOptions,
  sessionOnly: boolean,
): CookieDescription[] {
  const names = cookieNames(options);
  const describe = (name: string, seconds: number) => ({
    name,
    httpOnly: true,
    secure: options.secure,
    sameSite: options.sameSite,
    path: '/',
    maxAgeSeconds: sessionOnly ? null : Math.ceil(seconds),
  });
  return [
    describe(names.accessToken, session.accessTokenSeconds),
    describe(names.refreshToken, session.idleSeconds),
    describe(names.username, session.idleSeconds),
  ];
}

/**
 * Set-Cookie headers for a grant: all three, or only the access token's when the browser holds the
 * refresh token already.
 *
 * @param sessionOnly whether they are to end with the browser
 */
export function grantCookies(options: CookieOptions, grant: Grant, sessionOnly: boolean): string[] {
  const names = cookieNames(options);
  const set = (name: string, value: string, seconds: number) =>
    setCookie(options, name, value, sessionOnly ? null : Math.ceil(seconds), grant.decidedAt);
  const access = set(names.accessToken, grant.accessToken, grant.accessTokenSeconds);
  if (grant.refreshToken === null) return [access];
  return [
    access,
    set(names.refreshToken, grant.refreshToken, grant.sessionSeconds),
    set(names.username, grant.username, grant.sessionSeconds),
  ];
}

/** The Set-Cookie header for a device token. */
export function deviceCookie(options: CookieOptions, token: string, now: number): string {
  return setCookie(options, cookieNames(options).device, token, DEVICE_COOKIE_SECONDS, now);
}

/**
 * Set-Cookie headers that expire cookies of the session's names which another host of the site has
 * set, or an earlier configuration: for the host and each parent domain. Browsers ignore those for
 * public suffixes. None with `__Host-`, whose names no other host can set.
 *
 * @param host of the request, with its port
 */
export function strayCookies(options: CookieOptions, host: string | undefined): string[] {
  const hostname = host?.replace(/:\d+$/, '') ?? '';
  if (options.hostPrefix || !/\.[a-z][a-z0-9-]*$/i.test(hostname)) return [];
  const labels = hostname.split('.');
  const domains = labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'));
  const { accessToken, refreshToken, username } = cookieNames(options);
  const others = [undefined, ...domains].filter((domain) => domain !== options.domain);
  return others.flatMap((domain) =>
    [accessToken, refreshToken, username].map((name) =>
      setCookie({ ...options, domain }, name, '', 0, 0),
    ),
  );
}

/**
 * Set-Cookie headers that make a browser forget the session, and whether it was to end with the
 * browser.
 */
export function clearingCookies(options: CookieOptions, sessionOnly: boolean): string[] {
  const { accessToken, refreshToken, username } = cookieNames(options);
  const cleared = [accessToken, refreshToken, username].map((name) =>
    setCookie(options, name, '', 0, 0),
  );
  return [...cleared, ...sessionOnlyCookies(options, false, sessionOnly)];
}

/**
 * The Set-Cookie header that notes what a sign-in chose; none where the browser holds what it
 * should.
 */
export function sessionOnlyCookies(
  options: CookieOptions,
  chosen: boolean,
  held: boolean,
): string[] {
  if (chosen) return [setCookie(options, cookieNames(options).sessionOnly, '1', null, 0)];
  return held ? [setCookie(options, cookieNames(options).sessionOnly, '', 0, 0)] : [];
}

/**
 * The Set-Cookie header that makes a browser forget its access token alone: its next request is
 * refreshed.
 */
export function clearingAccessCookie(options: CookieOptions): string {
  return setCookie(options, cookieNames(options).accessToken, '', 0, 0);
}

/** The Set-Cookie header of a pre-session. It ends with the browser. */
export function preSessionCookie(options: CookieOptions, value: string): string {
  return setCookie(options, cookieNames(options).preSession, value, null, 0);
}

/**
 * Max-Age is what browsers follow; Expires says the same for what does not know it (RFC 6265, 5.3).
 *
 * @param maxAge null for a cookie that ends with the browser
 */
function setCookie(
  { sameSite, secure, domain }: CookieOptions,
  name: string,
  value: string,
  maxAge: number | null,
  now: number,
): string {
  const lifetime = maxAge === null ? {} : { maxAge, expires: new Date(now + maxAge * 1000) };
  const cookie: SetCookie = {
    name,
    value,
    httpOnly: true,
    secure,
    sameSite,
    path: '/',
    ...lifetime,
  };
  return stringifySetCookie(domain === undefined ? cookie : { ...cookie, domain });
}

import type { Grant, SessionOptions } from '@latchkey/core';
import { type SetCookie, stringifySetCookie } from 'cookie';
import { DEVICE_COOKIE_SECONDS } from '../request/device-tokens.ts';
import type { EdgeOptions } from '../request/edge-options.ts';
import { type CookieOptions, cookieNames } from './cookie-options.ts';

/** The attributes of a cookie without its value, to show them to users. */
export interface CookieDescription {
  readonly name: string;
  readonly httpOnly: boolean;
  readonly secure: boolean;
  readonly sameSite: 'strict' | 'lax' | 'none';
  readonly path: string;
  /** The `Max-Age` in seconds; `null` for a cookie that ends with the browser. */
  readonly maxAgeSeconds: number | null;
}

/** Describes the three cookies that carry the session. */
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
 * Returns the Set-Cookie headers for a grant: all three, or only the access token's if the browser
 * already holds the refresh token.
 *
 * @param sessionOnly whether they are to end with the browser
 * @example
 * import { grantCookies, parseCookieOptions } from '@latchkey/http';
 *
 * const grant = await layer.issue(user, { userAgent: null, ipAddress: null });
 * for (const cookie of grantCookies(parseCookieOptions(), grant, false))
 *   response.append('Set-Cookie', cookie);
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

/** Returns the Set-Cookie headers of the device cookie; empty if the app uses no device tokens. */
export function deviceCookies(
  { devices, cookies }: Pick<EdgeOptions, 'devices' | 'cookies'>,
  deviceId: string | null,
  { username, decidedAt: now }: Grant,
): string[] {
  if (!devices) return [];
  const token = devices.issue(username, deviceId, now);
  return [setCookie(cookies, cookieNames(cookies).device, token, DEVICE_COOKIE_SECONDS, now)];
}

/**
 * Returns Set-Cookie headers that expire cookies with the session's names which another host of the
 * site, or an earlier configuration, may have set: for the host and each parent domain. Browsers
 * ignore those for public suffixes. Empty with `__Host-`, whose names no other host can set.
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

/** Returns the Set-Cookie headers that expire the session's cookies. */
export function clearingCookies(options: CookieOptions, sessionOnly: boolean): string[] {
  const { accessToken, refreshToken, username } = cookieNames(options);
  const cleared = [accessToken, refreshToken, username].map((name) =>
    setCookie(options, name, '', 0, 0),
  );
  return [...cleared, ...sessionOnlyCookies(options, false, sessionOnly)];
}

/**
 * Returns the Set-Cookie header that records the choice made at sign-in; none if it is recorded
 * already.
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
 * Returns the Set-Cookie header that expires the access token alone: the next request is refreshed.
 *
 * @example
 * import { clearingAccessCookie, parseCookieOptions } from '@latchkey/http';
 *
 * response.append('Set-Cookie', clearingAccessCookie(parseCookieOptions()));
 */
export function clearingAccessCookie(options: CookieOptions): string {
  return setCookie(options, cookieNames(options).accessToken, '', 0, 0);
}

/** Returns the Set-Cookie header of a pre-session. Its cookie ends with the browser. */
export function preSessionCookie(options: CookieOptions, value: string): string {
  return setCookie(options, cookieNames(options).preSession, value, null, 0);
}

/**
 * Writes a Set-Cookie header. `Expires` repeats `Max-Age` for clients that do not know the latter
 * (RFC 6265, 5.3).
 *
 * @param maxAge null for a cookie that ends with the browser
 */
function setCookie(
  { sameSite, secure, domain, partitioned }: CookieOptions,
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
    ...(partitioned && { partitioned }),
  };
  return stringifySetCookie(domain === undefined ? cookie : { ...cookie, domain });
}

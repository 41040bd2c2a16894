import type { SessionLayer } from '@latchkey/core';
import { type CookieNames, type CookieOptions, cookieNames } from '../cookies/cookie-options.ts';
import type { DeviceTokens } from './device-tokens.ts';
import { fromAuthorization, fromCookie, type TokenSource } from './token-sources.ts';

/** The checked options of an app's edge, with all defaults. */
export interface EdgeOptions {
  readonly layer: SessionLayer;
  readonly cookies: CookieOptions;
  readonly names: CookieNames;
  readonly sources: readonly TokenSource[];
  /** Recognises devices that a user has signed in from; `null` to set no device cookie. */
  readonly devices: DeviceTokens | null;
  /** Whether clients that are no browsers may have their tokens in headers. */
  readonly headerTransfer: boolean;
}

/**
 * Returns the default token sources: the access token cookie, then `Authorization: Bearer`.
 *
 * @example
 * import { defaultSources, fromQuery, latchkey, parseCookieOptions } from '@latchkey/http';
 *
 * const accessTokenFrom = [...defaultSources(parseCookieOptions()), fromQuery('access_token')];
 * app.use(latchkey({ layer, accessTokenFrom }));
 */
export function defaultSources(cookies: CookieOptions): TokenSource[] {
  return [fromCookie(cookieNames(cookies).accessToken), fromAuthorization()];
}

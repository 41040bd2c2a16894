import type { SessionLayer } from '@latchkey/core';
import { type CookieNames, type CookieOptions, cookieNames } from '../cookies/cookie-options.ts';
import type { DeviceTokens } from './device-tokens.ts';
import { fromAuthorization, fromCookie, type TokenSource } from './token-sources.ts';

/** How the edge of one app reads and writes; complete, defaults filled in. */
export interface EdgeOptions {
  readonly layer: SessionLayer;
  readonly cookies: CookieOptions;
  readonly names: CookieNames;
  readonly sources: readonly TokenSource[];
  /** Unless null, browsers keep a token that says from which device a person signed in. */
  readonly devices: DeviceTokens | null;
}

/** Where access tokens are looked for unless an adopter says otherwise. */
export function defaultSources(cookies: CookieOptions): TokenSource[] {
  return [fromCookie(cookieNames(cookies).accessToken), fromAuthorization()];
}

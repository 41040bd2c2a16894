import { readCookies } from '../cookies/cookie-header.ts';
import type { CookieNames } from '../cookies/cookie-options.ts';
import type { Exchange } from '../exchange.ts';
import type { TokenSource } from './token-sources.ts';

/** What a request carries to say who is calling. Read once; a refresh does not change it. */
export interface RequestCredentials {
  readonly accessTokens: readonly string[];
  readonly refreshTokens: readonly string[];
  readonly usernames: readonly string[];
  /**
   * The person asked at sign-in that the session end with the browser. Only they gain by it, so
   * nothing has to vouch for it.
   */
  readonly sessionOnly: boolean;
  /** Tokens that say from which device a request comes; they sign nobody in. */
  readonly deviceTokens: readonly string[];
}

/** Reads a request's credentials: access tokens source by source, the others from their cookies. */
export function readCredentials(
  exchange: Exchange,
  sources: readonly TokenSource[],
  names: CookieNames,
): RequestCredentials {
  const header = exchange.header('cookie');
  return {
    accessTokens: sources.flatMap((source) => source.read(exchange)),
    refreshTokens: readCookies(header, names.refreshToken),
    usernames: readCookies(header, names.username),
    sessionOnly: readCookies(header, names.sessionOnly).length > 0,
    deviceTokens: readCookies(header, names.device),
  };
}

import { readCookies } from '../cookies/cookie-header.ts';
import type { CookieNames } from '../cookies/cookie-options.ts';
import type { Exchange } from '../exchange.ts';
import type { TokenSource } from './token-sources.ts';

/** The credentials of a request. Read once; a refresh does not change them. */
export interface RequestCredentials {
  readonly accessTokens: readonly string[];
  readonly refreshTokens: readonly string[];
  readonly usernames: readonly string[];
  /** Whether the session ends with the browser. Unsigned, because it concerns only the user. */
  readonly sessionOnly: boolean;
  /** Tokens that name the device; they are not credentials. */
  readonly deviceTokens: readonly string[];
}

/** Reads access tokens from their sources, everything else from cookies. */
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

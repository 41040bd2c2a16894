import type { Grant } from '@latchkey/core';
import type { HeadField } from '../cookies/response-head.ts';
import { clearingCookies, grantCookies } from '../cookies/session-cookies.ts';
import type { Exchange } from '../exchange.ts';
import type { EdgeOptions } from './edge-options.ts';
import { CookieCredentials, type RequestCredentials } from './request-credentials.ts';
import type { TokenSource } from './token-sources.ts';

/** How the tokens of one request travel: in cookies, or in headers for clients without them. */
export interface Transfer {
  readonly kind: 'cookies' | 'headers';
  readonly credentials: RequestCredentials;
  /** Where a refresh injects the new access token. */
  readonly sources: readonly TokenSource[];
  /** @param alsoSet further Set-Cookie headers, of a transfer in cookies */
  grant(grant: Grant, sessionOnly: boolean, alsoSet?: readonly string[]): readonly HeadField[];
  /** Makes the client forget its tokens. */
  clear(): readonly HeadField[];
}

/** Returns the transfer in cookies. */
export function cookieTransfer(
  { cookies, sources, names }: EdgeOptions,
  exchange: Exchange,
): Transfer {
  const credentials = new CookieCredentials(exchange, sources, names);
  const asFields = (values: readonly string[]) =>
    values.map((value): HeadField => ['set-cookie', value]);
  return {
    kind: 'cookies',
    sources,
    credentials,
    grant: (grant, sessionOnly, alsoSet = []) =>
      asFields([...grantCookies(cookies, grant, sessionOnly), ...alsoSet]),
    clear: () => asFields(clearingCookies(cookies, credentials.sessionOnly)),
  };
}

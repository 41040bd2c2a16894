import type { Grant } from '@latchkey/core';
import { readCookies } from '../cookies/cookie-header.ts';
import { type Refusal, refusal } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { EdgeOptions } from './edge-options.ts';
import { fromAuthorization } from './token-sources.ts';
import { cookieTransfer, type Transfer } from './transfer.ts';

/** The request header by which a client asks for header transfer; its value is `header`. */
const ASK = 'X-Latchkey-Transfer';
const ACCESS_TOKEN = 'X-Access-Token';
const REFRESH_TOKEN = 'X-Refresh-Token';
const USERNAME = 'X-Username';

/** The headers of header transfer, which pages of other origins may neither send nor read. */
export const TRANSFER_HEADERS: readonly string[] = [ASK, ACCESS_TOKEN, REFRESH_TOKEN, USERNAME];

/** As Node names them. */
const ASK_KEY = ASK.toLowerCase();
const headerOf = (exchange: Exchange, name: string) => exchange.header(name.toLowerCase());

/**
 * Returns why a request may not have its tokens in headers, which scripts of a page could read:
 * whatever a browser adds to a request, and a page cannot leave out, is refused.
 *
 * @returns `null` if the request does not ask for it, or may have it
 */
export function headerTransferFault(
  { headerTransfer, names }: Pick<EdgeOptions, 'headerTransfer' | 'names'>,
  exchange: Exchange,
): Refusal | null {
  const asked = exchange.header(ASK_KEY);
  if (asked === undefined) return null;
  if (!headerTransfer) return refused('This server does not transfer tokens in headers.');
  if (asked !== 'header') return refused(`${ASK} must be header, or left out.`);
  const isFromBrowser =
    exchange.header('origin') !== undefined || exchange.header('sec-fetch-site') !== undefined;
  if (isFromBrowser) return refused('Tokens travel in headers for clients that are no browsers.');
  const cookies = exchange.header('cookie');
  const hasCookies = [names.accessToken, names.refreshToken, names.username].some(
    (name) => readCookies(cookies, name).length > 0,
  );
  return hasCookies ? refused('Send the tokens in headers or in cookies, not in both.') : null;
}

const refused = (message: string) => refusal('header_transfer', { message });

/** Returns the transfer of a request. One that must not have its tokens in headers has cookies. */
export function transferOf(edge: EdgeOptions, exchange: Exchange): Transfer {
  return exchange.header(ASK_KEY) !== undefined && !headerTransferFault(edge, exchange)
    ? headerTransfer(exchange)
    : cookieTransfer(edge, exchange);
}

/** Returns the transfer in headers. It neither reads nor sets cookies. */
function headerTransfer(exchange: Exchange): Transfer {
  const sources = [fromAuthorization()];
  return {
    kind: 'headers',
    sources,
    credentials: {
      accessTokens: sources.flatMap((source) => source.read(exchange)),
      refreshTokens: given(headerOf(exchange, REFRESH_TOKEN)),
      usernames: given(decoded(headerOf(exchange, USERNAME))),
      sessionOnly: false,
      deviceTokens: [],
    },
    grant: ({ accessToken, refreshToken, username }: Grant) => [
      [ACCESS_TOKEN, accessToken],
      ...(refreshToken === null
        ? []
        : ([
            [REFRESH_TOKEN, refreshToken],
            [USERNAME, encodeURIComponent(username)],
          ] as const)),
    ],
    clear: () => [ACCESS_TOKEN, REFRESH_TOKEN, USERNAME].map((name) => [name, '']),
  };
}

/** Returns a header's value as a list. A NUL is in no value of ours, and no database takes it. */
function given(value: string | undefined): string[] {
  return value && !value.includes('\0') ? [value] : [];
}

/** Header values are ASCII: usernames are percent-encoded. */
function decoded(value: string | undefined): string | undefined {
  try {
    return value && decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

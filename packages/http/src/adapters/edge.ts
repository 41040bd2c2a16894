import { OptionsError, refuseUnknownOptions, type SessionLayer } from '@latchkey/core';
import { type CsrfCheck, csrfCheck } from '../checks/csrf.ts';
import { type OriginRules, parseOrigins } from '../checks/same-origin.ts';
import {
  type CookieOptionsInput,
  cookieNames,
  parseCookieOptions,
} from '../cookies/cookie-options.ts';
import type { DeviceTokens } from '../request/device-tokens.ts';
import { defaultSources, type EdgeOptions } from '../request/edge-options.ts';
import { TRANSFER_HEADERS } from '../request/header-transfer.ts';
import type { TokenSource } from '../request/token-sources.ts';

/** The options that the adapter of each framework takes. */
export interface EdgeInput {
  readonly layer: SessionLayer;
  /** Attributes of the session's cookies; by default `SameSite=Strict; Secure`. */
  readonly cookies?: CookieOptionsInput;
  /**
   * Where access tokens are read: by default the cookie, then `Authorization: Bearer`. A refresh
   * injects the new token into the first of these places.
   *
   * @example
   * import { fromCookie, fromHeader, latchkey } from '@latchkey/http';
   *
   * const accessTokenFrom = [fromCookie('__Host-X-Access-Token'), fromHeader('X-Token')];
   * app.use(latchkey({ layer, accessTokenFrom }));
   */
  readonly accessTokenFrom?: readonly TokenSource[];
  /**
   * Exact origins whose pages may call and read responses (CORS), such as
   * `https://app.example.com`. The list is complete: include the server's own origin, or set
   * `trustHost`.
   */
  readonly allowedOrigins?: readonly string[];
  /** Further request headers that pages of `allowedOrigins` may send from another origin (CORS). */
  readonly corsHeaders?: readonly string[];
  /**
   * Whether the origin formed by a request's scheme and `Host` may call besides `allowedOrigins`.
   * The scheme is that of the socket, or of a proxy that Express's `trust proxy` trusts. True by
   * default without `allowedOrigins`; beside a list it is for development, where ports vary.
   */
  readonly trustHost?: boolean;
  /**
   * Content types of unsafe requests that are accepted besides `application/json`, for uploads:
   * `multipart/form-data`, `application/octet-stream`. A form of any site can send some of them, so
   * only `SameSite` cookies and the origin check protect those requests.
   */
  readonly contentTypes?: readonly string[];
  /**
   * Recognises devices that a user has signed in from (`session.actions.deviceOf`). It sets one
   * more cookie.
   */
  readonly devices?: DeviceTokens;
  /**
   * Whether clients that are no browsers (phones, command lines) may have their tokens in headers
   * instead of cookies, by the request header `X-Latchkey-Transfer: header`; default false.
   * Requests with marks of a browser are refused.
   */
  readonly headerTransfer?: boolean;
}

/** The checked options of one app, in the form that the steps of a request use. */
export interface Edge extends EdgeOptions {
  readonly origins: OriginRules;
  readonly contentTypes: readonly string[];
  readonly corsHeaders: readonly string[];
  /**
   * The CSRF check; `null` with `SameSite=Strict`, where no other site's request carries the
   * cookies.
   */
  readonly csrf: CsrfCheck | null;
}

/**
 * Checks the options of an adapter.
 *
 * @throws OptionsError listing every fault of the cookie options or of one of the lists, or unknown
 *   options
 * @example
 * import { createEdge } from '@latchkey/http';
 *
 * const edge = createEdge({ layer, cookies: { sameSite: 'lax' } }); // for authenticateExchange
 */
export function createEdge({
  layer,
  cookies: input,
  accessTokenFrom,
  allowedOrigins = [],
  trustHost = allowedOrigins.length === 0,
  devices,
  contentTypes = [],
  corsHeaders = [],
  headerTransfer = false,
  ...others
}: EdgeInput): Edge {
  refuseUnknownOptions(others);
  const cookies = parseCookieOptions(input);
  return {
    layer,
    cookies,
    names: cookieNames(cookies),
    sources: accessTokenFrom ?? defaultSources(cookies),
    devices: devices ?? null,
    headerTransfer,
    origins: { allowed: parseOrigins('allowedOrigins', allowedOrigins), trustHost },
    contentTypes: parseList('contentTypes', contentTypes, /^[\w.+-]+\/[\w.+-]+$/, CONTENT_TYPE).map(
      (type) => type.toLowerCase(),
    ),
    corsHeaders: parseList(
      'corsHeaders',
      parseList('corsHeaders', corsHeaders, /^[\w-]+$/, HEADER),
      NOT_OF_TRANSFER,
      OF_TRANSFER,
    ),
    csrf: cookies.sameSite === 'strict' ? null : csrfCheck(layer, cookies),
  };
}

const HEADER = 'must be the name of a header';
/** Matches no header of header transfer: pages of other origins must not send those. */
const NOT_OF_TRANSFER = new RegExp(`^(?!(?:${TRANSFER_HEADERS.join('|')})$)`, 'i');
const OF_TRANSFER = 'is a header of header transfer, which no page may send: leave it out';

const CONTENT_TYPE = 'must be a type like multipart/form-data, without parameters';

function parseList(
  option: string,
  values: readonly string[],
  pattern: RegExp,
  fix: string,
): readonly string[] {
  const faults = values
    .filter((value) => !pattern.test(value))
    .map((value) => ({ option, value, fix }));
  if (faults.length > 0) throw new OptionsError(faults);
  return values;
}

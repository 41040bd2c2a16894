import { type OptionFault, OptionsError } from '@latchkey/core';
import type { Exchange } from '../exchange.ts';

/** The request headers that responses vary on, for caches (RFC 9110, 12.5.5). */
export const VARIES_ON = 'Origin, Sec-Fetch-Site';

/** The rules that decide which origins may call. */
export interface OriginRules {
  /** Exact origins whose pages may call, as browsers send them in `Origin`. */
  readonly allowed: readonly string[];
  /** Whether the origin formed by the request's scheme and `Host` may call too. */
  readonly trustHost: boolean;
}

/**
 * Whether a request comes from an allowed origin (ASVS 3.5.1), according to `Sec-Fetch-Site` or, in
 * older browsers, `Origin` (compared exactly, with scheme and port). Without both headers it does
 * not come from a browser and passes. Of requests from other sites only followed links pass: top
 * level navigations by GET.
 *
 * A WebSocket handshake is no navigation: browsers send it from any page, with cookies, in the mode
 * `websocket`.
 *
 * @example
 * import { isSameOrigin, NodeExchange, parseOrigins } from '@latchkey/http';
 *
 * const allowed = parseOrigins('PUBLIC_ORIGIN', ['https://app.example.com']);
 * const exchange = new NodeExchange(request, response);
 * const isAllowed = isSameOrigin(exchange, { allowed, trustHost: false });
 */
export function isSameOrigin(exchange: Exchange, { allowed, trustHost }: OriginRules): boolean {
  const [origin, site, mode] = [
    exchange.header('origin'),
    exchange.header('sec-fetch-site'),
    exchange.header('sec-fetch-mode'),
  ];
  if (exchange.header('upgrade') !== undefined && mode !== undefined && mode !== 'websocket')
    return false;
  if (origin !== undefined && allowed.includes(origin)) return true;
  /**
   * Refuses an unlisted origin, except `null`: our own forms send it under `Referrer-Policy:
   * no-referrer`, and `Sec-Fetch-Site` decides.
   */
  if (!trustHost && origin !== undefined && origin !== 'null') return false;
  if (site !== undefined)
    return site === 'same-origin' || site === 'none' || isFollowedLink(exchange);
  return origin === undefined || origin === ownOrigin(exchange);
}

function isFollowedLink(exchange: Exchange): boolean {
  return (
    exchange.method === 'GET' &&
    exchange.header('sec-fetch-mode') === 'navigate' &&
    exchange.header('sec-fetch-dest') === 'document'
  );
}

function ownOrigin(exchange: Exchange): string | null {
  const url = `${exchange.protocol}://${exchange.header('host')}`;
  return URL.canParse(url) ? new URL(url).origin : null;
}

/**
 * Checks a list of origins.
 *
 * @param option the option's name, for the message
 * @returns the list
 * @throws OptionsError listing every value that no browser sends as `Origin`, with its fix
 * @example
 * import { parseOrigins } from '@latchkey/http';
 *
 * const allowed = parseOrigins('PUBLIC_ORIGIN', ['https://app.example.com']);
 */
export function parseOrigins(option: string, origins: readonly string[]): readonly string[] {
  const faults: OptionFault[] = [];
  for (const value of origins) {
    const fix = fixOf(value);
    if (fix !== null) faults.push({ option, value, fix });
  }
  if (faults.length > 0) throw new OptionsError(faults);
  return origins;
}

/** Returns the fix for a value that is not an origin; `null` for an origin. */
function fixOf(value: string): string | null {
  if (value === 'null') return 'must not be null: sandboxed pages of every site send that';
  if (!/^https?:\/\//i.test(value)) {
    if (value === '' || value.includes('://'))
      return 'must be an origin like https://app.example.com';
    const url = `https://${value}`;
    const fix = URL.canParse(url) ? new URL(url).origin : 'an origin like https://app.example.com';
    return `has no scheme: write ${fix}`;
  }
  if (!URL.canParse(value))
    return 'is not a valid URL: write an origin like https://app.example.com';
  const { origin, hostname } = new URL(value);
  if (hostname.includes('*')) return 'must be exact origins, without a pattern: name each of them';
  return origin === value
    ? null
    : `must be an origin as browsers send it, without a path: write ${origin}`;
}

import { type OptionFault, OptionsError } from '@latchkey/core';
import type { Exchange } from '../exchange.ts';

/** What an answer depends on besides its address, for caches (RFC 9110, 12.5.5). */
export const VARIES_ON = 'Origin, Sec-Fetch-Site';

export interface OriginRules {
  /** Origins whose pages may call, as browsers send them in `Origin`. */
  readonly allowed: readonly string[];
  /** Whether the origin made of the request's own scheme and `Host` may call too. */
  readonly trustHost: boolean;
}

/**
 * Whether a request comes from an allowed page (ASVS 3.5.1). Browsers say so in `Sec-Fetch-Site`;
 * older ones in `Origin`, which is compared exactly, scheme and port included. A request with
 * neither header does not come from a browser. A followed link from another site is served; a
 * request that a page of another site makes or embeds is not, whether it reads or writes.
 *
 * A WebSocket handshake is never a followed link: browsers send it in the mode `websocket`, from
 * any page and with cookies.
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
   * `null` is what a form of our own sends under `Referrer-Policy: no-referrer`; then
   * `Sec-Fetch-Site` decides.
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
 * @param option the name under which the list is set
 * @throws OptionsError listing every value that no browser sends as `Origin`, with its fix
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

/** What to write in place of a value that is not an origin; `null` if it is one. */
function fixOf(value: string): string | null {
  if (value === 'null') return 'must not be null: sandboxed pages of every site send that';
  if (!/^https?:\/\//i.test(value)) {
    if (value === '' || value.includes('://'))
      return 'must be an origin like https://app.example.com';
    return `has no scheme: write ${URL.canParse(`https://${value}`) ? new URL(`https://${value}`).origin : 'an origin like https://app.example.com'}`;
  }
  if (!URL.canParse(value))
    return 'is not a valid URL: write an origin like https://app.example.com';
  const { origin, hostname } = new URL(value);
  if (hostname.includes('*')) return 'must be exact origins, without a pattern: name each of them';
  return origin === value
    ? null
    : `must be an origin as browsers send it, without a path: write ${origin}`;
}

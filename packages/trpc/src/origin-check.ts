import type { IncomingMessage } from 'node:http';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request that may change something comes from our own pages (ASVS 3.5.1). Browsers say so in `Sec-Fetch-Site`; older ones in
 * `Origin`; what sends neither is no browser and holds no one's cookies.
 * A WebSocket's handshake only reads, but what it opens may change things, and browsers let any page try it with cookies.
 *
 * @param allowed origins besides the server's own that may call, such as a development server's
 */
export function isOwnOrigin({ method = 'GET', headers }: Pick<IncomingMessage, 'method' | 'headers'>, allowed: readonly string[]): boolean {
  if (READING.has(method) && headers.upgrade?.toLowerCase() !== 'websocket') return true;
  const { origin, host, 'sec-fetch-site': site } = headers;
  if (origin !== undefined && allowed.includes(origin)) return true;
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

import type { IncomingMessage } from 'node:http';

type Request = Pick<IncomingMessage, 'method' | 'headers'>;

/** What an answer depends on besides its address, for caches (RFC 9110, 12.5.5). */
export const VARIES_ON = 'Origin, Sec-Fetch-Site';

/**
 * Whether a request comes from our own pages (ASVS 3.5.1). Browsers say so in `Sec-Fetch-Site`; older ones in `Origin`; what sends neither is no browser and
 * holds no one's cookies. A link from elsewhere that is followed is served; what a page elsewhere embeds or fetches is not, reading or not.
 * A WebSocket's handshake only reads, but what it opens may change things, and browsers let any page try it with cookies.
 *
 * @param allowed origins besides the server's own that may call, such as a development server's
 */
export function isOwnOrigin(request: Request, allowed: readonly string[]): boolean {
  const { origin, host, 'sec-fetch-site': site } = request.headers;
  if (origin !== undefined && allowed.includes(origin)) return true;
  if (site !== undefined) return site === 'same-origin' || site === 'none' || isFollowedLink(request);
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

/** A person goes to another page, and this is it. */
function isFollowedLink({ method, headers }: Request): boolean {
  return method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}

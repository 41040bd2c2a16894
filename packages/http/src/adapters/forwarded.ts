import type { IncomingMessage } from 'node:http';
import { parseClientAddress } from '../checks/client-address.ts';

/** A request of Node, or of Express, whose setting `trust proxy` says which proxies to believe. */
export type ForwardedRequest = Pick<IncomingMessage, 'headers'> & {
  readonly socket?:
    | { readonly remoteAddress?: string | undefined; readonly encrypted?: boolean | undefined }
    | undefined;
  readonly ip?: string | undefined;
  readonly app?: { get(setting: string): unknown } | undefined;
};

type Trust = (address: string, hop: number) => boolean;

/**
 * The address that a request comes from. Behind trusted proxies (Express's `trust proxy`) it is the
 * entry of `X-Forwarded-For` that the last of them wrote.
 *
 * @returns the address in one spelling ({@link parseClientAddress}). An entry that is not an
 *   address counts as the socket's; `null` if that has none
 */
export function clientAddress(request: ForwardedRequest): string | null {
  const trust = trustOf(request);
  const socketAddress = parseClientAddress(request.socket?.remoteAddress);
  if (!trust) return parseClientAddress(request.ip) ?? socketAddress;
  const { addresses, trusted } = chainOf(request, trust);
  return parseClientAddress(addresses[Math.min(trusted, addresses.length - 1)]) ?? socketAddress;
}

/**
 * Whether a client came by HTTPS: its TLS ends here, or a trusted proxy says so. Proxies that
 * append to `X-Forwarded-Proto` leave one entry each; the one that counts is that of the trusted
 * proxy nearest to the client. Entries further left are the client's own words.
 */
export function requestProtocol(request: ForwardedRequest): 'http' | 'https' {
  const trust = trustOf(request);
  const header = request.headers['x-forwarded-proto'];
  if (trust && header !== undefined) {
    const { trusted } = chainOf(request, trust);
    const entries = [header].flat().join(',').split(',');
    if (trusted > 0)
      return isSecureScheme(entries[Math.max(0, entries.length - trusted)]) ? 'https' : 'http';
  }
  return request.socket?.encrypted === true ? 'https' : 'http';
}

/** Some proxies name the scheme of a WebSocket. */
function isSecureScheme(entry = ''): boolean {
  return /^(https|wss)$/i.test(entry.trim());
}

function trustOf({ app }: ForwardedRequest): Trust | null {
  const trust = app?.get('trust proxy fn');
  return typeof trust === 'function' ? (trust as Trust) : null;
}

/**
 * The way of a request, the nearest address first, and how many of these are trusted proxies. Empty
 * entries stay, so that none moves into a proxy's place.
 */
function chainOf(
  { headers, socket }: ForwardedRequest,
  trust: Trust,
): { readonly addresses: readonly string[]; readonly trusted: number } {
  const header = [headers['x-forwarded-for'] ?? []].flat().join(',');
  const forwarded = header === '' ? [] : header.split(',').toReversed();
  const addresses = [socket?.remoteAddress ?? '', ...forwarded];
  let trusted = 0;
  while (trusted < addresses.length) {
    const address = addresses[trusted] ?? '';
    if (!trust(parseClientAddress(address) ?? address, trusted)) break;
    trusted++;
  }
  return { addresses, trusted };
}

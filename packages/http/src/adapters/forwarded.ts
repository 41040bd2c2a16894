import type { IncomingMessage } from 'node:http';
import { parseClientAddress } from '../checks/client-address.ts';

/** A request of Node, or of Express with its setting `trust proxy`. */
export type ForwardedRequest = Pick<IncomingMessage, 'headers'> & {
  readonly socket?:
    | { readonly remoteAddress?: string | undefined; readonly encrypted?: boolean | undefined }
    | undefined;
  readonly ip?: string | undefined;
  readonly app?: { get(setting: string): unknown } | undefined;
};

type Trust = (address: string, hop: number) => boolean;

/**
 * Returns the client's address. Behind trusted proxies (Express's `trust proxy`) it is the entry of
 * `X-Forwarded-For` that the outermost trusted proxy wrote.
 *
 * @returns the canonical address ({@link parseClientAddress}); the socket's if the entry is no
 *   address; `null` if the socket has none
 * @example
 * import { addressKey, clientAddress } from '@latchkey/http';
 *
 * const attempts = new Map<string, number>();
 * const key = addressKey(clientAddress(request));
 * attempts.set(key, (attempts.get(key) ?? 0) + 1);
 */
export function clientAddress(request: ForwardedRequest): string | null {
  const trust = trustOf(request);
  const socketAddress = parseClientAddress(request.socket?.remoteAddress);
  if (!trust) return parseClientAddress(request.ip) ?? socketAddress;
  const { addresses, trusted } = chainOf(request, trust);
  return parseClientAddress(addresses[Math.min(trusted, addresses.length - 1)]) ?? socketAddress;
}

/**
 * Returns the scheme that the client used, from the socket or from a trusted proxy. Proxies append
 * one entry each to `X-Forwarded-Proto`: that of the outermost trusted proxy counts. Entries to its
 * left are the client's claims.
 *
 * @example
 * import { requestProtocol } from '@latchkey/http';
 *
 * const origin = `${requestProtocol(request)}://${request.headers.host}`;
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

/** Whether a forwarded scheme is secure. Some proxies write `wss` for a WebSocket. */
function isSecureScheme(entry = ''): boolean {
  return /^(https|wss)$/i.test(entry.trim());
}

function trustOf({ app }: ForwardedRequest): Trust | null {
  const trust = app?.get('trust proxy fn');
  return typeof trust === 'function' ? (trust as Trust) : null;
}

/**
 * Returns the addresses that a request passed, nearest first, and how many of them are trusted
 * proxies. Empty entries stay: dropping one would move a client's entry into a proxy's place.
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

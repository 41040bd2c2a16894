import { isIPv4, isIPv6 } from 'node:net';

/** The longest text that is parsed: longer than any address with a zone and a port. */
const MAX_LENGTH = 128;
/** An IPv4 address with a port, such as `192.0.2.1:443`. */
const IPV4_WITH_PORT = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/;
/** An IPv6 address in brackets, such as `[2001:db8::1]`, with or without a port. */
const BRACKETED = /^\[([^\]]+)\](?::\d{1,5})?$/;

/**
 * Parses a client address as sockets and proxies write it: an IP address, perhaps in quotes or
 * brackets, with a port, or with a zone (RFC 7239, 6; RFC 6874).
 *
 * @returns the address in one spelling, without port and zone: IPv6 as RFC 5952 writes it, IPv4
 *   mapped into IPv6 as IPv4. `null` if the text is not an IP address: a host name, `unknown`, an
 *   obfuscated identifier
 * @example
 * import { parseClientAddress } from '@latchkey/http';
 *
 * parseClientAddress('"[2001:DB8::8]:51734"'); // '2001:db8::8'
 * parseClientAddress('::ffff:192.0.2.1'); // '192.0.2.1'
 */
export function parseClientAddress(text: string | null | undefined): string | null {
  if (typeof text !== 'string') return null;
  if (isIPv4(text)) return text;
  if (text.length > MAX_LENGTH) return null;
  const bare = unquote(text.trim());
  const address = BRACKETED.exec(bare)?.[1] ?? IPV4_WITH_PORT.exec(bare)?.[1] ?? bare;
  if (isIPv4(address)) return address;
  const [plain = ''] = address.split('%', 1);
  return isIPv6(plain) ? canonicalIPv6(plain) : null;
}

/**
 * Returns the key under which the calls of an address are counted. For IPv6 its first 64 bits,
 * because one subscriber has 2^64 such addresses (RFC 6177).
 *
 * @param address from {@link parseClientAddress}; all callers whose address is unknown (`null`)
 *   share one key
 * @example
 * import { addressKey, parseClientAddress } from '@latchkey/http';
 *
 * const key = addressKey(parseClientAddress(request.socket.remoteAddress));
 */
export function addressKey(address: string | null): string {
  if (address === null) return 'unknown';
  return address.includes(':') ? `${groupsOf(address).slice(0, 4).join(':')}::/64` : address;
}

function unquote(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"')
    ? text.slice(1, -1).trim()
    : text;
}

function canonicalIPv6(address: string): string {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const groups = groupsOf(canonical);
  const isMapped = groups.slice(0, 5).every((group) => group === '0') && groups[5] === 'ffff';
  return isMapped ? ipv4Of(groups.slice(6)) : canonical;
}

/** Returns the eight groups of a canonical IPv6 address. */
function groupsOf(canonical: string): string[] {
  const [head = '', tail] = canonical.split('::');
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  return [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
}

function ipv4Of(groups: readonly string[]): string {
  return groups
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255])
    .join('.');
}

import { isIPv6 } from 'node:net';

/**
 * What addresses are counted by. Of IPv6 the first 64 bits: whoever has one such address has 2^64 of them (RFC 6177). IPv4 within IPv6 counts as IPv4.
 *
 * @param address as Express tells it; `null` when nobody knows, which all such share
 */
export function addressKey(address: string | null): string {
  const plain = (address ?? 'unknown').split('%', 1)[0] ?? '';
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::');
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  const groups = tail === undefined ? left : [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  if (groups.slice(0, 5).every((group) => group === '0') && groups[5] === 'ffff') return ipv4Of(groups.slice(6));
  return `${groups.slice(0, 4).join(':')}::/64`;
}

function ipv4Of(groups: readonly string[]): string {
  return groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]).join('.');
}

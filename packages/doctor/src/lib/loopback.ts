/**
 * Whether a host name is loopback: browsers accept `Secure` cookies there over plain HTTP.
 *
 * @example
 * import { isLoopbackHost } from '@latchkey/doctor';
 *
 * isLoopbackHost(new URL('http://localhost:3000').hostname); // true
 */
export function isLoopbackHost(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    hostname.startsWith('127.')
  );
}

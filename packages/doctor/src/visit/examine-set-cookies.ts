import type { FindingCollector } from '../finding.ts';

const NAMES = ['X-Access-Token', 'X-Refresh-Token', 'X-Username'];
const MOST_BYTES = 4_096;

/**
 * Checks that the cookies of a sign-in arrive as the server sends them, and that browsers accept
 * them (RFC 6265bis).
 */
export function examineSetCookies(
  setCookies: readonly string[],
  { fault }: FindingCollector,
): void {
  const merged = setCookies.filter(
    (header) => NAMES.filter((name) => header.includes(`${name}=`)).length > 1,
  );
  if (merged.length > 0)
    fault(
      'set-cookie-merged',
      'several Set-Cookie headers arrived as one',
      'browsers take the first cookie and lose the others, so no session is kept',
      'have the proxy forward Set-Cookie headers unchanged; they cannot be joined by commas (RFC 9110, 5.3)',
    );
  const missing = NAMES.filter((name) => !setCookies.some((header) => header.includes(`${name}=`)));
  if (missing.length > 0)
    fault(
      'set-cookie-lost',
      `the answer to the sign-in lacks the cookies ${missing.join(', ')}`,
      'no session is kept',
      'check proxy_hide_header, proxy_ignore_headers, header limits and caches in front',
    );
  if (merged.length > 0) return;

  const ours = setCookies.filter((header) => NAMES.some((name) => header.includes(`${name}=`)));
  const attributes = (header: string) =>
    header
      .split(';')
      .slice(1)
      .map((part) => part.trim().toLowerCase());
  const without = (wanted: (all: string[], header: string) => boolean) =>
    ours.some((header) => !wanted(attributes(header), header));
  if (without((all) => all.includes('secure')))
    fault(
      'cookie-secure-lost',
      'cookies arrived without Secure',
      'they are sent over plain HTTP, and browsers refuse __Host- names',
      'have the proxy forward cookies unchanged (proxy_cookie_flags)',
    );
  if (without((all) => all.includes('httponly')))
    fault(
      'cookie-http-only-lost',
      'cookies arrived without HttpOnly',
      'any script in a page can steal the session',
      'have the proxy forward cookies unchanged (proxy_cookie_flags)',
    );
  if (without((all) => all.some((one) => one.startsWith('samesite='))))
    fault(
      'cookie-same-site-lost',
      'cookies arrived without SameSite',
      'browsers apply different defaults',
      'have the proxy forward cookies unchanged (proxy_cookie_flags)',
    );
  if (without((all) => all.includes('path=/')))
    fault(
      'cookie-path-changed',
      'cookies arrived with another Path than /',
      'other paths of the API do not receive them, and browsers refuse __Host- names',
      'remove proxy_cookie_path',
    );
  if (
    without(
      (all, header) => !/^__host-/i.test(header) || !all.some((one) => one.startsWith('domain=')),
    )
  )
    fault(
      'cookie-domain-added',
      'a __Host- cookie arrived with a Domain',
      'browsers refuse the cookie, so no session is kept',
      'remove proxy_cookie_domain',
    );
  const large = ours.filter((header) => (header.split(';')[0] ?? '').length > MOST_BYTES);
  if (large.length > 0)
    fault(
      'cookie-too-large',
      `a cookie has more than ${MOST_BYTES} bytes`,
      'browsers refuse it',
      'use ES256 or smaller RSA keys, and shorter user names',
    );
}

/** Returns the `Max-Age` of a cookie in seconds; infinite for one that ends with the browser. */
export function maxAgeOf(name: string, setCookies: readonly string[]): number {
  const header = setCookies.find((text) => text.includes(`${name}=`)) ?? '';
  const [, seconds] = /;\s*max-age=(\d+)/i.exec(header) ?? [];
  return seconds === undefined ? Number.POSITIVE_INFINITY : Number(seconds);
}

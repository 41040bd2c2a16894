import { type Finding, findings } from './finding.ts';

const NAMES = ['X-Access-Token', 'X-Refresh-Token', 'X-Username'];
const MOST_BYTES = 4_096;

/**
 * Whether the cookies of a sign-in came through as the server sends them, and as browsers take them
 * (RFC 6265bis).
 */
export function examineSetCookies(setCookies: readonly string[]): Finding[] {
  const { found, fault } = findings();
  const merged = setCookies.filter(
    (header) => NAMES.filter((name) => header.includes(`${name}=`)).length > 1,
  );
  if (merged.length > 0)
    fault(
      'set-cookie-merged',
      'several Set-Cookie headers came as one',
      'a browser takes the first cookie of them and loses the others: no one stays signed in',
      'have the proxy leave Set-Cookie headers alone; they cannot be joined by commas (RFC 9110, 5.3)',
    );
  const missing = NAMES.filter((name) => !setCookies.some((header) => header.includes(`${name}=`)));
  if (missing.length > 0)
    fault(
      'set-cookie-lost',
      `the sign-in came without ${missing.join(', ')}`,
      'no one stays signed in',
      'look for proxy_hide_header, proxy_ignore_headers, header limits or a cache in front',
    );
  if (merged.length > 0) return found;

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
      'cookies came without Secure',
      'they travel over plain HTTP, and browsers refuse __Host- names',
      'have the proxy leave cookies alone (proxy_cookie_flags)',
    );
  if (without((all) => all.includes('httponly')))
    fault(
      'cookie-http-only-lost',
      'cookies came without HttpOnly',
      'any script in a page can take the session away',
      'have the proxy leave cookies alone (proxy_cookie_flags)',
    );
  if (without((all) => all.some((one) => one.startsWith('samesite='))))
    fault(
      'cookie-same-site-lost',
      'cookies came without SameSite',
      'browsers choose one themselves, each another',
      'have the proxy leave cookies alone (proxy_cookie_flags)',
    );
  if (without((all) => all.includes('path=/')))
    fault(
      'cookie-path-changed',
      'cookies came with another Path than /',
      'the API elsewhere does not get them, and browsers refuse __Host- names',
      'remove proxy_cookie_path',
    );
  if (
    without(
      (all, header) => !/^__host-/i.test(header) || !all.some((one) => one.startsWith('domain=')),
    )
  )
    fault(
      'cookie-domain-added',
      'a __Host- cookie came with a Domain',
      'browsers refuse it: no one stays signed in',
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
  return found;
}

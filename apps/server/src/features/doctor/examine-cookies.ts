import { isIP } from 'node:net';
import { collectFindings, type Finding, isLoopbackHost } from '@latchkey/doctor';
import { getDomain, getPublicSuffix } from 'tldts';
import type { Env } from '../../config/env.ts';

/** Checks the cookie settings against the rules of browsers. */
export function examineCookies({ cookies, production, publicOrigins }: Env): Finding[] {
  const { found, fault, warning } = collectFindings();
  const { sameSite = 'strict', hostPrefix = false, domain } = cookies;
  const origins = publicOrigins.map((origin) => new URL(origin));

  for (const { origin, protocol, hostname } of origins)
    if (protocol === 'http:' && !isLoopbackHost(hostname))
      fault(
        'secure-cookie-on-http',
        `PUBLIC_ORIGIN has ${origin}, which is plain HTTP, and the cookies are Secure`,
        'browsers refuse Secure cookies over plain HTTP, so sign-in fails there',
        'serve that origin over HTTPS and write https:// in PUBLIC_ORIGIN',
      );

  const sites = new Set(origins.map(({ hostname }) => siteOf(hostname)));
  if (sites.size > 1 && sameSite !== 'none')
    fault(
      'same-site-cross-site',
      `PUBLIC_ORIGIN spans several sites (${[...sites].join(', ')}), and COOKIE_SAME_SITE is ${sameSite}`,
      'browsers send no cookies with calls from another site than the API: such a page is signed out at once',
      'serve pages and API from one site, or set COOKIE_SAME_SITE=none (which turns the CSRF token on)',
    );
  if (sites.size === 1 && sameSite === 'none')
    warning(
      'same-site-none-needless',
      'COOKIE_SAME_SITE is none, though all of PUBLIC_ORIGIN is one site',
      'cookies are sent with other sites’ requests needlessly, and some browsers block such cookies',
      'remove COOKIE_SAME_SITE, so that it is strict',
    );

  if (domain !== undefined) {
    const bare = domain.replace(/^\./, '').toLowerCase();
    if (isIP(bare) !== 0)
      fault(
        'cookie-domain-address',
        `COOKIE_DOMAIN is ${domain}, an address`,
        'browsers ignore cookies with an address as Domain',
        'remove COOKIE_DOMAIN',
      );
    else if (getPublicSuffix(bare, { allowPrivateDomains: true }) === bare)
      fault(
        'cookie-domain-public-suffix',
        `COOKIE_DOMAIN is ${domain}, which is a public suffix`,
        'browsers ignore cookies for a public suffix, so sign-in fails',
        'name a domain of your own, or remove COOKIE_DOMAIN',
      );
    else
      for (const { hostname } of origins)
        if (hostname !== bare && !hostname.endsWith(`.${bare}`))
          fault(
            'cookie-domain-elsewhere',
            `COOKIE_DOMAIN is ${domain}, and PUBLIC_ORIGIN has ${hostname}`,
            'browsers ignore cookies for a domain that the answering host is not part of',
            'name a domain that all of PUBLIC_ORIGIN is under, or remove COOKIE_DOMAIN',
          );
  } else if (production && !hostPrefix)
    warning(
      'host-prefix-off',
      'COOKIE_HOST_PREFIX is false',
      'without __Host- any subdomain, and plain HTTP, can plant cookies under our names',
      'remove COOKIE_HOST_PREFIX, so that it is true',
    );
  return found;
}

function siteOf(hostname: string): string {
  return getDomain(hostname, { allowPrivateDomains: true }) ?? hostname;
}

import { refuse, sendError } from '@latchkey/trpc';
import type { Request, RequestHandler } from 'express';

/** The loopback names, which are always allowed as a request's Host. */
const OWN_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Rejects requests whose Host is not one of the server's names. This refuses a foreign name that
 * resolves to this server (DNS rebinding), and no URL that the server writes can contain a foreign
 * host (ASVS 4.1.3). Requires exactly one Host header, and a target that is a path (RFC 9112, 3.2).
 *
 * @param origins whose host names are allowed
 * @param names additional host names, without port
 */
export function requireAllowedHost(
  origins: readonly string[],
  names: readonly string[],
): RequestHandler {
  const allowed = new Set([
    ...OWN_NAMES,
    ...origins.map((origin) => new URL(origin).hostname),
    ...names,
  ]);
  return (req, res, next) => {
    if (targetsPath(req) && countOfHosts(req) === 1 && allowed.has(nameOf(req.headers.host ?? '')))
      next();
    else sendError(res, refuse('host_not_allowed'));
  };
}

function targetsPath({ originalUrl }: Request): boolean {
  return originalUrl.startsWith('/') && !originalUrl.startsWith('//');
}

/**
 * Counts the Host headers of a request. Node keeps the first of several; a proxy in front may have
 * used the last.
 */
function countOfHosts({ rawHeaders }: Request): number {
  return rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host')
    .length;
}

/**
 * Normalizes the case and a trailing dot of a host name. A malformed host gives the empty name,
 * which is not allowed.
 */
function nameOf(host: string): string {
  const [, name = ''] = /^(\[[\da-f:.]+\]|[^:@/\\\s]+?)\.?(?::\d{1,5})?$/i.exec(host) ?? [];
  return name.toLowerCase();
}

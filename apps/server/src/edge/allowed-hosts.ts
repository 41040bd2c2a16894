import { refuse, sendError } from '@latchkey/trpc';
import type { Request, RequestHandler } from 'express';

/** The machine itself, as browsers and scripts on it call it. */
const OWN_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Answers only under names that are the server's: another site's name that was made to point here
 * gets nothing (DNS rebinding), and no address that we write can hold another site's (ASVS 4.1.3).
 * One Host header, no more, and a target that is a path (RFC 9112, 3.2).
 *
 * @param origins whose hosts count
 * @param names further host names, without port
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
 * Node keeps the first of several and drops the others; a proxy in front may have gone by the last.
 */
function countOfHosts({ rawHeaders }: Request): number {
  return rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host')
    .length;
}

/** Host names know no case, and may end with a dot. Anything that is no host is no name either. */
function nameOf(host: string): string {
  const [, name = ''] = /^(\[[\da-f:.]+\]|[^:@/\\\s]+?)\.?(?::\d{1,5})?$/i.exec(host) ?? [];
  return name.toLowerCase();
}

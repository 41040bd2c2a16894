import type { FindingCollector } from '../finding.ts';
import { isLoopbackHost } from '../lib/loopback.ts';
import { Stop } from './stop.ts';
import { SPOOFED, type Visit } from './visit-options.ts';
import { type Answer, isNotStored, reasonOf, type Visitor } from './visitor.ts';

/**
 * Signs in to the app. Sends no password over plain HTTP to another host.
 *
 * @returns the answer of a server that accepted the password
 * @throws Stop if no server did
 */
export async function signIn(
  visitor: Visitor,
  { found, fault }: FindingCollector,
  { url, username, password, paths, settings }: Visit,
): Promise<Answer> {
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    fault(
      'secure-cookie-on-http',
      `${url.origin} is plain HTTP`,
      'browsers refuse Secure cookies there, so sign-in fails; the doctor sends no password over plain HTTP',
      'serve it over HTTPS',
    );
    throw new Stop();
  }
  const answer = await visitor.post(
    paths.login,
    { username, password },
    { 'x-forwarded-for': SPOOFED },
  );
  const reason = reasonOf(answer);
  if (reason === 'cross_site')
    fault(
      'host-rewritten',
      'a same-origin call is taken for a cross-site call',
      'older browsers cannot sign in',
      `add the origin to ${settings.allowedOrigins}, or have the proxy forward Host and X-Forwarded-Proto`,
    );
  else if (reason === 'unsupported_media_type')
    fault(
      'content-type-lost',
      'the Content-Type of a call does not arrive',
      'every call is refused',
      'have the proxy forward Content-Type',
    );
  else if (answer.status === 401)
    fault(
      'sign-in-refused',
      `${username} cannot sign in with that password`,
      'the remaining checks were skipped',
      'name another account with --username NAME, and enter its password',
    );
  else if (answer.status === 429)
    fault(
      'sign-in-limited',
      'sign-in is rate limited',
      'the remaining checks were skipped',
      `try again in ${answer.headers.get('retry-after') ?? 'some'} s`,
    );
  else if (answer.status !== 200)
    fault(
      'sign-in-failed',
      `POST ${paths.login} is answered ${answer.status}`,
      'sign-in fails for every user',
      answer.status === 404
        ? 'have the proxy forward it, or name another path (--login)'
        : 'check the server’s log',
    );
  if (answer.status !== 200) throw new Stop();
  if (!isNotStored(answer.headers) && !found.some(({ id }) => id === 'cache-control-lost'))
    fault(
      'cache-control-lost',
      `the answer of ${paths.login}, which sets cookies, lacks Cache-Control: no-store`,
      'caches in between may keep private answers',
      'have the proxy forward this header (expires, add_header)',
    );
  return answer;
}

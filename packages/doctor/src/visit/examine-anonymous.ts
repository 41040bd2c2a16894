import type { FindingCollector } from '../finding.ts';
import { now } from '../lib/clock.ts';
import { Stop } from './stop.ts';
import { HSTS, type Visit } from './visit-options.ts';
import { type Answer, isNotStored, reasonOf, type Visitor } from './visitor.ts';

const SKEW_SECONDS = 30;

/**
 * Checks the answers to a caller without a session.
 *
 * @throws Stop if requests do not arrive as they were sent
 */
export async function examineAnonymous(
  visitor: Visitor,
  noted: FindingCollector,
  visited: Visit,
): Promise<void> {
  const { url, paths } = visited;
  const anonymous = await visitor
    .send(paths.read, { headers: { accept: 'application/json', origin: url.origin } })
    .catch((error: Error) => error);
  if (anonymous instanceof Error) {
    noted.fault(
      'unreachable',
      `${url.origin} does not answer (${String((anonymous.cause as Error | undefined)?.message ?? anonymous.message)})`,
      'browsers cannot reach the server',
      'check the address, the certificate and the server',
    );
    throw new Stop();
  }
  examineArrival(anonymous, noted, visited);
  examineHeaders(anonymous, noted, visited);
  examineClock(anonymous, noted);
  await examineForeignOrigin(visitor, noted, visited);
  await examineHeaderLimit(visitor, noted, visited, anonymous.status);
}

/** Checks whether the server sees the request that was sent. */
function examineArrival(
  answer: Answer,
  { fault }: FindingCollector,
  { paths, settings }: Visit,
): void {
  const { status, headers } = answer;
  const reason = reasonOf(answer);
  const isRedirected = status >= 300 && status < 400;
  if (isRedirected)
    fault(
      'api-redirected',
      `GET ${paths.read} is redirected to ${headers.get('location')}`,
      'calls lose their bodies and cookies, or have already sent them in the clear',
      'redirect pages only, and refuse calls',
    );
  if (headers.get('age') !== null && headers.get('age') !== '0')
    fault(
      'answers-shared',
      'answers come from a cache (Age)',
      'one user may see another user’s data',
      'bypass the cache for the API',
    );
  if (reason === 'https_required')
    fault(
      'protocol-lost',
      'the server takes the call for plain HTTP',
      'in production it refuses every request',
      `have the proxy send X-Forwarded-Proto, and set ${settings.trustProxy} to the hops`,
    );
  if (reason === 'host_not_allowed')
    fault(
      'host-not-allowed',
      'the server refuses the Host that it receives',
      'it refuses every request',
      `have the proxy forward Host, or add the host to ${settings.allowedHosts}`,
    );
  const isUnknown = status === 404;
  if (isUnknown)
    fault(
      'path-unknown',
      `GET ${paths.read} is answered 404`,
      'the checks need a path that answers 401 without a session',
      'have the proxy forward it, or name such a path of the app (--read)',
    );
  if (status === 200)
    fault(
      'answers-shared',
      `GET ${paths.read} without a session is answered 200`,
      'a cache in front serves private answers to any caller, or the path is not private',
      'have the cache respect Cache-Control: no-store, or bypass it for the API',
    );
  if (isRedirected || isUnknown || reason === 'https_required' || reason === 'host_not_allowed')
    throw new Stop();
}

/** Checks the headers that every answer should carry. */
function examineHeaders(
  { headers }: Answer,
  { fault, warning }: FindingCollector,
  { url, headers: chosen }: Visit,
): void {
  const lost = (chosen ?? [HSTS]).filter(
    (name) => headers.get(name) === null && (name !== HSTS || url.protocol === 'https:'),
  );
  if (lost.includes('x-request-id'))
    warning(
      'request-id-lost',
      'answers lack X-Request-Id',
      'a request that a user reports cannot be found in the log',
      'have the proxy forward this header',
    );
  const security = lost.filter((name) => name !== 'x-request-id' && name !== 'cache-control');
  if (security.length > 0)
    warning(
      'security-headers-lost',
      `answers lack ${security.join(', ')}`,
      'browsers do not apply these protections',
      `have ${chosen ? 'the proxy forward' : 'the app or the proxy send'} these headers`,
    );
  if (chosen?.includes('cache-control') && !isNotStored(headers))
    fault(
      'cache-control-lost',
      'answers of the API lack Cache-Control: no-store',
      'caches in between may keep private answers',
      'have the proxy forward this header (expires, add_header)',
    );
}

function examineClock({ headers }: Answer, { warning }: FindingCollector): void {
  const date = Date.parse(headers.get('date') ?? '');
  const skew = Math.round((date - now()) / 1000);
  if (Math.abs(skew) > SKEW_SECONDS)
    warning(
      'clock-apart',
      `the server’s clock is ${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} this machine’s`,
      'other services may reject access tokens as expired or not yet valid',
      'synchronize both by NTP',
    );
}

async function examineForeignOrigin(
  visitor: Visitor,
  { fault }: FindingCollector,
  { paths, settings }: Visit,
): Promise<void> {
  const { headers } = await visitor.send(paths.read, {
    headers: { origin: 'https://doctor.invalid' },
  });
  if (headers.get('access-control-allow-origin') !== null)
    fault(
      'cors-open',
      `another site’s page may read answers (${headers.get('access-control-allow-origin')})`,
      'other sites can read users’ data',
      `remove the CORS headers that the proxy adds; ${settings.allowedOrigins} lists the allowed origins`,
    );
}

async function examineHeaderLimit(
  visitor: Visitor,
  { warning }: FindingCollector,
  { paths }: Visit,
  usual: number,
): Promise<void> {
  const large = await visitor.send(paths.read, { cookies: `doctor=${'x'.repeat(7_000)}` });
  if (large.status !== 401 && large.status !== usual)
    warning(
      'headers-limited',
      `8 kB of cookies are answered ${large.status}`,
      'users with many cookies from neighbouring sites are locked out',
      'allow headers of 16 kB (large_client_header_buffers)',
    );
}

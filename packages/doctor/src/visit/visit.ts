import { type Finding, findings } from '../finding.ts';
import { now } from '../lib/clock.ts';
import { isLoopbackHost } from '../lib/loopback.ts';
import { examineExpiry } from './examine-expiry.ts';
import { examineSession, SPOOFED } from './examine-session.ts';
import { examineSetCookies } from './examine-set-cookies.ts';
import { type Answer, createVisitor, reasonOf, type Visitor } from './visitor.ts';

export interface VisitOptions {
  readonly url: URL;
  readonly username: string;
  readonly password: string;
  /** Names, in lower case, of the headers that the server sends with every answer. */
  readonly headers: readonly string[];
  readonly progress: (text: string) => void;
  /** Seconds that an event stream may take to begin; by default four. */
  readonly streamSeconds?: number;
}

const SKEW_SECONDS = 30;

/** Thrown when no further check is possible. */
class Stop extends Error {}

/**
 * Signs in through the proxies in front, lets the access token expire, signs out, and reports what
 * the proxies changed.
 */
export async function visit(options: VisitOptions): Promise<Finding[]> {
  const noted = findings();
  const visitor = createVisitor(options.url);
  try {
    await examineWay(visitor, noted, options);
    await signIn(visitor, noted, options);
    await examineSession(visitor, noted, options);
    noted.found.push(...(await examineExpiry(visitor, options.progress)));
  } catch (error) {
    if (!(error instanceof Stop))
      noted.fault(
        'visit-broken',
        `the visit failed halfway (${(error as Error).message})`,
        'the remaining checks were skipped',
        'check the logs of the proxy and the server',
      );
  }
  if (visitor.cookie('X-Refresh-Token') !== undefined) await signOut(visitor, noted);
  return noted.found;
}

type Noted = ReturnType<typeof findings>;

/** Signs out whatever was found, so that the visit leaves no session. */
async function signOut(visitor: Visitor, { found, fault }: Noted): Promise<void> {
  await visitor.post('/logout', {}).catch(() => {});
  const late = await visitor.send('/dashboard').catch(() => null);
  if (late?.status === 200 && !found.some(({ id }) => id === 'answers-shared'))
    fault(
      'answers-shared',
      'after signing out, /dashboard still answers 200',
      'a cache in front serves private answers to any caller',
      'have the cache respect Cache-Control: no-store, or bypass it for the API',
    );
}

async function examineWay(
  visitor: Visitor,
  { fault, warning }: Noted,
  { url, headers }: VisitOptions,
): Promise<void> {
  const ready = await visitor.send('/readyz').catch((error: Error) => error);
  if (ready instanceof Error) {
    fault(
      'unreachable',
      `${url.origin} does not answer (${String((ready.cause as Error | undefined)?.message ?? ready.message)})`,
      'browsers cannot reach the server',
      'check the address, the certificate and the server',
    );
    throw new Stop();
  }
  const anonymous = await visitor.send('/dashboard', {
    headers: { accept: 'application/json', origin: url.origin },
  });
  const redirected = anonymous.status >= 300 && anonymous.status < 400;
  if (redirected)
    fault(
      'api-redirected',
      `GET /dashboard is redirected to ${anonymous.headers.get('location')}`,
      'calls lose their bodies and cookies, or have already sent them in the clear',
      'redirect pages only, and refuse calls',
    );
  if (anonymous.headers.get('age') !== null && anonymous.headers.get('age') !== '0')
    fault(
      'answers-shared',
      'answers come from a cache (Age)',
      'one user may see another user’s data',
      'bypass the cache for the API',
    );
  if (reasonOf(anonymous) === 'https_required')
    fault(
      'protocol-lost',
      'the server takes the call for plain HTTP',
      'in production it refuses every request',
      'have the proxy send X-Forwarded-Proto, and set TRUST_PROXY to the hops',
    );
  if (reasonOf(anonymous) === 'host_not_allowed')
    fault(
      'host-not-allowed',
      'the server refuses the Host that it receives',
      'it refuses every request',
      'have the proxy forward Host, or add the host to PUBLIC_ORIGIN or ALLOWED_HOSTS',
    );
  if (
    redirected ||
    reasonOf(anonymous) === 'https_required' ||
    reasonOf(anonymous) === 'host_not_allowed'
  )
    throw new Stop();

  const lost = headers.filter((name) => anonymous.headers.get(name) === null);
  if (lost.includes('x-request-id'))
    warning(
      'request-id-lost',
      'answers lack X-Request-Id',
      'a request that a user reports cannot be found in the log',
      'have the proxy forward this header',
    );
  const security = lost.filter((name) => name !== 'x-request-id');
  if (url.protocol === 'https:' && anonymous.headers.get('strict-transport-security') === null)
    security.push('strict-transport-security');
  if (security.length > 0)
    warning(
      'security-headers-lost',
      `answers lack ${security.join(', ')}`,
      'browsers do not apply these protections',
      'have the proxy forward these headers',
    );
  if (!/no-store/.test(anonymous.headers.get('cache-control') ?? ''))
    fault(
      'cache-control-lost',
      'answers of the API lack Cache-Control: no-store',
      'caches in between may keep private answers',
      'have the proxy forward this header (expires, add_header)',
    );
  examineClock(anonymous, warning);
  const foreign = await visitor.send('/dashboard', {
    headers: { origin: 'https://doctor.invalid' },
  });
  if (foreign.headers.get('access-control-allow-origin') !== null)
    fault(
      'cors-open',
      `another site’s page may read answers (${foreign.headers.get('access-control-allow-origin')})`,
      'other sites can read users’ data',
      'remove the CORS headers that the proxy adds; PUBLIC_ORIGIN lists the allowed origins',
    );
  const large = await visitor.send('/dashboard', { cookies: `doctor=${'x'.repeat(7_000)}` });
  if (large.status !== 401)
    warning(
      'headers-limited',
      `8 kB of cookies are answered ${large.status}`,
      'users with many cookies from neighbouring sites are locked out',
      'allow headers of 16 kB (large_client_header_buffers)',
    );
}

function examineClock({ headers }: Answer, warning: Noted['warning']): void {
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

async function signIn(
  visitor: Visitor,
  { found, fault }: Noted,
  { url, username, password }: VisitOptions,
): Promise<void> {
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
    '/login',
    { username, password },
    { 'x-forwarded-for': SPOOFED },
  );
  const reason = reasonOf(answer);
  if (reason === 'cross_site')
    fault(
      'host-rewritten',
      'a same-origin call is taken for a cross-site call',
      'older browsers cannot sign in',
      'add the origin to PUBLIC_ORIGIN, or have the proxy forward Host and X-Forwarded-Proto',
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
      `POST /login is answered ${answer.status}`,
      'sign-in fails for every user',
      'check the server’s log',
    );
  if (answer.status !== 200) throw new Stop();
  found.push(...examineSetCookies(answer.setCookies));
  if (visitor.cookie('X-Refresh-Token') === undefined || visitor.cookie('X-Username') === undefined)
    throw new Stop();
}

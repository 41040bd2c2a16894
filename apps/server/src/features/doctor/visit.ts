import { systemClock } from '@latchkey/core';
import { ALWAYS } from '../../edge/security-headers.ts';
import { isOfThisMachine } from './examine-cookies.ts';
import { examineExpiry } from './examine-expiry.ts';
import { examineSession, SPOOFED } from './examine-session.ts';
import { examineSetCookies } from './examine-set-cookies.ts';
import { type Finding, findings } from './finding.ts';
import { type Answer, createVisitor, reasonOf, type Visitor } from './visitor.ts';

export interface VisitOptions {
  readonly url: URL;
  readonly username: string;
  readonly password: string;
  readonly progress: (text: string) => void;
  /** How long an event stream may take to begin, in seconds; by default four. */
  readonly streamSeconds?: number;
}

const SKEW_SECONDS = 30;

/** Nothing more can be examined. */
class Stop extends Error {}

/**
 * Signs in through whatever stands in front, lets the access token expire, signs out, and says what
 * the way did to it.
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
        `the visit came to an end before it was over (${(error as Error).message})`,
        'what comes after is not examined',
        'see the log of the proxy and of the server',
      );
  }
  if (visitor.cookie('X-Refresh-Token') !== undefined) await signOut(visitor, noted);
  return noted.found;
}

type Noted = ReturnType<typeof findings>;

/** Whatever was found: nothing of the visit stays behind. */
async function signOut(visitor: Visitor, { found, fault }: Noted): Promise<void> {
  await visitor.post('/logout', {}).catch(() => {});
  const late = await visitor.send('/dashboard').catch(() => null);
  if (late?.status === 200 && !found.some(({ id }) => id === 'answers-shared'))
    fault(
      'answers-shared',
      'after signing out, /dashboard still answers 200',
      'a cache in front serves private answers to anybody',
      'have it respect Cache-Control: no-store, or bypass it for the API',
    );
}

async function examineWay(
  visitor: Visitor,
  { fault, warning }: Noted,
  { url }: VisitOptions,
): Promise<void> {
  const ready = await visitor.send('/readyz').catch((error: Error) => error);
  if (ready instanceof Error) {
    fault(
      'unreachable',
      `${url.origin} does not answer (${String((ready.cause as Error | undefined)?.message ?? ready.message)})`,
      'no one gets there',
      'check the address, the certificate and what listens there',
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
      'calls lose their bodies and cookies on the way, or have sent them in the clear',
      'redirect pages only, and refuse calls',
    );
  if (anonymous.headers.get('age') !== null && anonymous.headers.get('age') !== '0')
    fault(
      'answers-shared',
      'answers come from a cache (Age)',
      'one person may be shown another’s',
      'bypass the cache for the API',
    );
  if (reasonOf(anonymous) === 'https_required')
    fault(
      'protocol-lost',
      'the server takes the call for plain HTTP',
      'it refuses everything in production',
      'have the proxy send X-Forwarded-Proto, and set TRUST_PROXY to the hops',
    );
  if (reasonOf(anonymous) === 'host_not_allowed')
    fault(
      'host-not-allowed',
      `the server does not answer under the name it is called by`,
      'it refuses everything',
      `have the proxy pass Host on, or add that name to PUBLIC_ORIGIN or ALLOWED_HOSTS`,
    );
  if (
    redirected ||
    reasonOf(anonymous) === 'https_required' ||
    reasonOf(anonymous) === 'host_not_allowed'
  )
    throw new Stop();

  const lost = ALWAYS.filter((name) => anonymous.headers.get(name) === null);
  if (lost.includes('x-request-id'))
    warning(
      'request-id-lost',
      'answers come without X-Request-Id',
      'what a person reports cannot be found in the log',
      'have the proxy leave that header alone',
    );
  const security = lost.filter((name) => name !== 'x-request-id');
  if (url.protocol === 'https:' && anonymous.headers.get('strict-transport-security') === null)
    security.push('strict-transport-security' as never);
  if (security.length > 0)
    warning(
      'security-headers-lost',
      `answers come without ${security.join(', ')}`,
      'browsers do not defend the pages as they could',
      'have the proxy leave these headers alone',
    );
  if (!/no-store/.test(anonymous.headers.get('cache-control') ?? ''))
    fault(
      'cache-control-lost',
      'answers of the API come without Cache-Control: no-store',
      'caches on the way may keep private answers',
      'have the proxy leave that header alone (expires, add_header)',
    );
  examineClock(anonymous, warning);
  const foreign = await visitor.send('/dashboard', {
    headers: { origin: 'https://doctor.invalid' },
  });
  if (foreign.headers.get('access-control-allow-origin') !== null)
    fault(
      'cors-open',
      `another site’s page may read answers (${foreign.headers.get('access-control-allow-origin')})`,
      'whatever people see, other sites may see',
      'remove the CORS headers that the proxy adds; PUBLIC_ORIGIN says who may',
    );
  const large = await visitor.send('/dashboard', { cookies: `doctor=${'x'.repeat(7_000)}` });
  if (large.status !== 401)
    warning(
      'headers-limited',
      `8 kB of cookies are answered ${large.status}`,
      'people with many cookies from neighbouring sites are locked out',
      'allow headers of 16 kB (large_client_header_buffers)',
    );
}

function examineClock({ headers }: Answer, warning: Noted['warning']): void {
  const date = Date.parse(headers.get('date') ?? '');
  const skew = Math.round((date - systemClock.now()) / 1000);
  if (Math.abs(skew) > SKEW_SECONDS)
    warning(
      'clock-apart',
      `the server’s clock is ${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} this machine’s`,
      'services that verify access tokens elsewhere take them for expired or not yet valid',
      'set both by NTP',
    );
}

async function signIn(
  visitor: Visitor,
  { found, fault }: Noted,
  { url, username, password }: VisitOptions,
): Promise<void> {
  if (url.protocol === 'http:' && !isOfThisMachine(url.hostname)) {
    fault(
      'secure-cookie-on-http',
      `${url.origin} is plain HTTP`,
      'browsers take no Secure cookie there: no one can sign in, and no password is sent there to try',
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
      'a call of the server’s own page is taken for another site’s',
      'no one with an older browser can sign in',
      'add the origin to PUBLIC_ORIGIN, or have the proxy pass Host and X-Forwarded-Proto on',
    );
  else if (reason === 'unsupported_media_type')
    fault(
      'content-type-lost',
      'the content type of a call does not arrive',
      'every call is refused',
      'have the proxy leave Content-Type alone',
    );
  else if (answer.status === 401)
    fault(
      'sign-in-refused',
      `${username} cannot sign in with that password`,
      'the rest cannot be examined',
      'give an account: --username NAME, and its password when asked',
    );
  else if (answer.status === 429)
    fault(
      'sign-in-limited',
      'too many sign-ins lately',
      'the rest cannot be examined',
      `try again in ${answer.headers.get('retry-after') ?? 'some'} s`,
    );
  else if (answer.status !== 200)
    fault(
      'sign-in-failed',
      `POST /login is answered ${answer.status}`,
      'no one can sign in',
      'see the server’s log',
    );
  if (answer.status !== 200) throw new Stop();
  found.push(...examineSetCookies(answer.setCookies));
  if (visitor.cookie('X-Refresh-Token') === undefined || visitor.cookie('X-Username') === undefined)
    throw new Stop();
}

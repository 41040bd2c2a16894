import { collectFindings, type Finding, type FindingCollector } from '../finding.ts';
import { examineAnonymous } from './examine-anonymous.ts';
import { examineExpiry } from './examine-expiry.ts';
import { examineSession } from './examine-session.ts';
import { examineSetCookies, maxAgeOf } from './examine-set-cookies.ts';
import { signIn } from './sign-in.ts';
import { Stop } from './stop.ts';
import { type Visit, type VisitOptions, withDefaults } from './visit-options.ts';
import { createVisitor, type Visitor } from './visitor.ts';

/**
 * Visits a deployment as a browser does: signs in through the proxies in front, lets the access
 * token expire, sends twenty requests at once, and signs out. Reports what the proxies changed. An
 * access token that lives longer than 75 s is dropped, as a browser drops an expired cookie.
 *
 * @returns the findings; an address that does not answer is one
 * @example
 * import { describeFindings, visit } from '@latchkey/doctor';
 *
 * const found = await visit({
 *   url: new URL('https://app.example.com'),
 *   username: 'someone',
 *   password: process.env.DOCTOR_PASSWORD ?? '',
 *   paths: { login: '/trpc/auth.login', logout: '/trpc/auth.logout', read: '/trpc/mine' },
 * });
 * console.log(describeFindings(found));
 */
export async function visit(options: VisitOptions): Promise<Finding[]> {
  const visited = withDefaults(options);
  const noted = collectFindings();
  const visitor = createVisitor(options.url);
  try {
    await examineAnonymous(visitor, noted, visited);
    const { setCookies } = await signIn(visitor, noted, visited);
    const signedInAt = performance.now();
    examineSetCookies(setCookies, noted);
    if (!hasSession(visitor)) throw new Stop();
    await examineSession(visitor, noted, visited);
    const elapsedSeconds = (performance.now() - signedInAt) / 1000;
    const secondsLeft = maxAgeOf('X-Access-Token', setCookies) - elapsedSeconds;
    await examineExpiry(visitor, noted, visited, secondsLeft);
  } catch (error) {
    if (!(error instanceof Stop))
      noted.fault(
        'visit-broken',
        `the visit failed halfway (${(error as Error).message})`,
        'the remaining checks were skipped',
        'check the logs of the proxy and the server',
      );
  }
  if (visitor.cookie('X-Refresh-Token') !== undefined) await signOut(visitor, noted, visited);
  return noted.found;
}

const hasSession = (visitor: Visitor) =>
  visitor.cookie('X-Refresh-Token') !== undefined && visitor.cookie('X-Username') !== undefined;

/** Signs out, whatever was found, so that the visit leaves no session. */
async function signOut(
  visitor: Visitor,
  { found, fault }: FindingCollector,
  { paths }: Visit,
): Promise<void> {
  const answer = await visitor.post(paths.logout, {}).catch(() => null);
  const late = await visitor.send(paths.read).catch(() => null);
  if (late?.status !== 200 || found.some(({ id }) => id === 'answers-shared')) return;
  if (answer?.status === 404)
    fault(
      'sign-out-failed',
      `POST ${paths.logout} is answered 404`,
      'the session of this visit is still live',
      'end it in the app; have the proxy forward the path, or name another (--logout)',
    );
  else
    fault(
      'answers-shared',
      `after signing out, ${paths.read} still answers 200`,
      'a cache in front serves private answers to any caller',
      'have the cache respect Cache-Control: no-store, or bypass it for the API',
    );
}

import { setTimeout } from 'node:timers/promises';
import type { FindingCollector } from '../finding.ts';
import type { Visit } from './visit-options.ts';
import type { Visitor } from './visitor.ts';

const PARALLEL = 20;
/**
 * The longest wait for a token to expire, in seconds. Beyond it the access token is dropped, as a
 * browser drops an expired cookie.
 */
const MAX_WAIT_SECONDS = 75;

/**
 * Lets the access token expire and sends twenty requests at once: all must be served with one
 * successor.
 *
 * @param secondsLeft until the access token expires
 * @param sleep waits that many milliseconds
 */
export async function examineExpiry(
  visitor: Visitor,
  { fault }: FindingCollector,
  { paths, settings, progress }: Visit,
  secondsLeft: number,
  sleep: (milliseconds: number) => Promise<unknown> = setTimeout,
): Promise<void> {
  if (secondsLeft <= MAX_WAIT_SECONDS)
    for (let seconds = Math.ceil(secondsLeft) + 1; seconds > 0; seconds--) {
      progress(`the access token expires in ${seconds} s`);
      await sleep(1_000);
    }
  visitor.forget('X-Access-Token');

  const cookies = visitor.cookieHeader();
  const answers = await Promise.all(
    Array.from({ length: PARALLEL }, () => visitor.send(paths.read, { cookies, keep: false })),
  );
  const refused = answers.filter(({ status }) => status !== 200);
  if (refused.length > 0)
    fault(
      'expiry-refused',
      `of ${PARALLEL} requests at once with an expired access token, ${refused.length} were refused (${[...new Set(refused.map(({ status }) => status))].join(', ')})`,
      'users are signed out whenever a page makes several calls',
      `give every node the same ${settings.secret} and the same stores, and have the proxy forward cookies both ways`,
    );
  const successors = new Set(
    answers.flatMap(({ setCookies }) =>
      setCookies.flatMap((header) => /X-Refresh-Token=([^;]+)/.exec(header)?.[1] ?? []),
    ),
  );
  if (refused.length === 0 && successors.size === 0)
    fault(
      'refresh-cookies-lost',
      'the Set-Cookie headers of a refresh do not arrive',
      'users are signed out when their old cookies expire',
      'have the proxy forward Set-Cookie with every answer',
    );
  if (successors.size > 1)
    fault(
      'successors-several',
      `one refresh token was given ${successors.size} successors`,
      'all but one of them will count as reuse',
      'give every node the same stores',
    );
  const [successor] = successors;
  if (successor !== undefined)
    await visitor.send(paths.read, {
      cookies: cookies.replace(/(X-Refresh-Token=)[^;]+/, `$1${successor}`),
    });
}

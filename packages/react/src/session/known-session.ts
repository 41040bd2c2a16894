import type { Latchkey } from '../latchkey.ts';
import type { SessionAnswer } from './session.ts';

const ELEMENT = 'latchkey-session';

/**
 * Puts the answer of `auth.session` that the server wrote into the page into the query cache, so
 * that the first frame shows who is signed in. Removes it from the page.
 *
 * @returns whether the page had one
 * @example
 * import { createLatchkey, takeKnownSession } from '@latchkey/react';
 *
 * const latchkey = createLatchkey({ url: '/trpc', queryClient });
 * const isKnown = takeKnownSession(latchkey); // before the first render
 */
export function takeKnownSession({ queryClient, sessionKey }: Latchkey): boolean {
  const element = document.getElementById(ELEMENT);
  if (!element?.textContent) return false;
  element.remove();
  const answer = JSON.parse(element.textContent) as SessionAnswer;
  const left = answer.accessTokenSecondsLeft;
  queryClient.setQueryData<SessionAnswer>(sessionKey, {
    ...answer,
    accessTokenSecondsLeft: left === null ? null : Math.max(0, left - secondsSinceAnswer()),
  });
  return true;
}

/** Returns the age of the answer in the page: scripts may arrive long after it. */
function secondsSinceAnswer(): number {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return navigation ? (performance.now() - navigation.responseStart) / 1000 : 0;
}

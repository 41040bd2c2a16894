import type { QueryClient } from '@tanstack/react-query';
import { type SessionAnswer, sessionKey } from './session.ts';

const ELEMENT = 'latchkey-session';

/**
 * Takes the answer of `auth.session` that the server wrote into the page, so that the first frame
 * already knows who is signed in. It is removed from the page.
 *
 * @returns whether there was one
 */
export function takeKnownSession(queryClient: QueryClient): boolean {
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

/** How old the page is: scripts may have taken their time to arrive. */
function secondsSinceAnswer(): number {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return navigation ? (performance.now() - navigation.responseStart) / 1000 : 0;
}

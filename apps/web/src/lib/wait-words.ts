import { reasonOf, retryAfterSecondsOf } from '@latchkey/react';
import * as waiting from '#messages/waiting.ts';

/**
 * What somebody is told who tried too often; null when something else is the matter.
 *
 * @param over whether they have waited long enough since
 */
export function describeLimit(error: unknown, over = false): string | null {
  if (reasonOf(error) !== 'rate_limited') return null;
  if (over) return waiting.over;
  return waiting.tooManyAttempts(wait(retryAfterSecondsOf(error) ?? 60));
}

/** Rounded up: whoever waits that long has waited long enough. */
function wait(seconds: number): string {
  if (seconds <= 60) return seconds <= 1 ? waiting.oneSecond : waiting.seconds(Math.ceil(seconds));
  return waiting.minutes(Math.ceil(seconds / 60));
}

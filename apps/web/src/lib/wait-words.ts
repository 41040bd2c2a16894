import { reasonOf, retryAfterSecondsOf } from '@latchkey/react';
import * as messages from '#messages/waiting.ts';

/**
 * What somebody is told who tried too often; null when something else is the matter.
 *
 * @param over whether they have waited long enough since
 */
export function describeLimit(error: unknown, over = false): string | null {
  if (reasonOf(error) !== 'rate_limited') return null;
  if (over) return messages.youCanTryAgainNow;
  return messages.tooManyAttempts(wait(retryAfterSecondsOf(error) ?? 60));
}

/** Rounded up: whoever waits that long has waited long enough. */
function wait(seconds: number): string {
  if (seconds <= 60) return seconds <= 1 ? messages.aSecond : messages.seconds(Math.ceil(seconds));
  return messages.minutes(Math.ceil(seconds / 60));
}

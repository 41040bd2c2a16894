import { reasonOf, retryAfterSecondsOf } from '@latchkey/react';
import * as waiting from '#messages/waiting.ts';

/**
 * Returns the message for a user who tried too often; null for any other error.
 *
 * @param over whether the wait has ended
 */
export function describeLimit(error: unknown, over = false): string | null {
  if (reasonOf(error) !== 'rate_limited') return null;
  if (over) return waiting.over;
  return waiting.tooManyAttempts(wait(retryAfterSecondsOf(error) ?? 60));
}

/** Formats the wait, rounded up, so that the attempt is accepted after the stated wait. */
function wait(seconds: number): string {
  if (seconds <= 60) return seconds <= 1 ? waiting.oneSecond : waiting.seconds(Math.ceil(seconds));
  return waiting.minutes(Math.ceil(seconds / 60));
}

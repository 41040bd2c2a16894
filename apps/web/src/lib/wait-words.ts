import { reasonOf, retryAfterSecondsOf } from '@latchkey/react';

/** What somebody is told who tried too often; null when something else is the matter. */
export function describeLimit(error: unknown): string | null {
  if (reasonOf(error) !== 'rate_limited') return null;
  return `Too many attempts. Try again in ${wait(retryAfterSecondsOf(error) ?? 60)}.`;
}

/** Rounded up: whoever waits that long has waited long enough. */
function wait(seconds: number): string {
  if (seconds <= 60) return seconds <= 1 ? 'a second' : `${Math.ceil(seconds)} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}

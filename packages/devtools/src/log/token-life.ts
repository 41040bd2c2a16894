import type { SessionAnswer } from '@latchkey/react';

/**
 * The remaining lifetime of an access token, on the page's monotonic clock: the system clock may be
 * wrong or jump.
 */
export interface TokenLife {
  /** The value of `performance.now()` when the answer arrived. */
  readonly receivedAt: number;
  readonly secondsLeft: number;
  readonly lifetimeSeconds: number;
}

export function secondsLeft({ receivedAt, secondsLeft }: TokenLife, pageTime: number): number {
  return Math.max(0, secondsLeft - (pageTime - receivedAt) / 1000);
}

/**
 * Returns the life of the access token by an answer of `auth.session` that arrived `ageMs` before
 * `pageTime`.
 */
export function lifeIn(
  { accessTokenSecondsLeft, accessTokenSeconds }: SessionAnswer,
  pageTime: number,
  ageMs: number,
): TokenLife {
  return {
    receivedAt: pageTime - ageMs,
    secondsLeft: accessTokenSecondsLeft ?? 0,
    lifetimeSeconds: accessTokenSeconds,
  };
}

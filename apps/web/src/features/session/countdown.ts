/**
 * The remaining lifetime of an access token, by the page's monotonic clock: the system clock may be
 * wrong or jump.
 */
export interface TokenLife {
  /** The value of `performance.now()` when the response arrived. */
  readonly receivedAt: number;
  readonly secondsLeft: number;
  readonly lifetimeSeconds: number;
}

export function secondsLeft({ receivedAt, secondsLeft }: TokenLife, pageTime: number): number {
  return Math.max(0, secondsLeft - (pageTime - receivedAt) / 1000);
}

const MIN_WAIT_MS = 500;
const MARGIN_MS = 120;
const JITTER_MS = 380;

/**
 * Returns the milliseconds until the next query of the session: just after the expiry, with jitter
 * between tabs, and never so soon that a wrong response causes a busy loop.
 */
export function waitForExpiry(life: TokenLife, pageTime: number, random: number): number {
  return Math.max(MIN_WAIT_MS, secondsLeft(life, pageTime) * 1000 + MARGIN_MS + random * JITTER_MS);
}

/**
 * An access token's remaining life, measured on the page's monotonic clock: the computer's own time
 * may be wrong or jump.
 */
export interface TokenLife {
  /** `performance.now()` when the server's answer came in. */
  readonly receivedAt: number;
  readonly secondsLeft: number;
  readonly lifetimeSeconds: number;
}

export function secondsLeft({ receivedAt, secondsLeft }: TokenLife, pageTime: number): number {
  return Math.max(0, secondsLeft - (pageTime - receivedAt) / 1000);
}

const LEAST_WAIT = 500;
const MARGIN = 120;
const JITTER = 380;

/**
 * Milliseconds until it is worth asking the server again: just after the token has run out, a
 * little later in some tabs than in others, and never so soon that a confused answer would make for
 * a busy loop.
 */
export function waitForExpiry(life: TokenLife, pageTime: number, random: number): number {
  return Math.max(LEAST_WAIT, secondsLeft(life, pageTime) * 1000 + MARGIN + random * JITTER);
}

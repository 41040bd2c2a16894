import { type Bounds, DEFAULT_BOUNDS } from './bounds.ts';

/** Switches that weaken one rule each. Only the lab has them; the product does not. */
export interface Rules {
  /** Whether grace counts from the rotation instead of the acknowledgement of the successor. */
  readonly graceFromRotation: boolean;
  /**
   * Settle time of a token before it is rotated again, in multiples of the grace; null for the
   * product's `settleSeconds`.
   */
  readonly settleGraces: number | null;
  readonly reissueSetsRefresh: boolean;
  readonly deliveriesForgotten: boolean;
  readonly lateCookiesWritten: boolean;
  readonly revocationsForgotten: boolean;
  /** Whether a token that is ahead of the store is rotated at once (decision 026). */
  readonly recoveryRotates: boolean;
  /** Whether a response without a refresh token still sets the username cookie. */
  readonly reissueSetsUsername: boolean;
  /** Whether a request is answered by a call that began before it came (decision 035). */
  readonly runningCallsShared: boolean;
}

export const AS_THEY_ARE: Rules = {
  graceFromRotation: false,
  settleGraces: null,
  reissueSetsRefresh: false,
  deliveriesForgotten: false,
  lateCookiesWritten: false,
  revocationsForgotten: false,
  recoveryRotates: false,
  reissueSetsUsername: false,
  runningCallsShared: false,
};

const FALSE_ALARM = 'an honest browser is treated as a thief';

/** A weakened rule, and the smallest known bounds within which it breaks a guarantee. */
export interface Weakening {
  readonly name: string;
  readonly rules: Partial<Rules>;
  readonly bounds: Bounds;
  readonly breaks: string;
}

/** Builds bounds that are no larger than the shortest failing history needs. */
const world = (
  sends: number,
  ticks: number,
  handler: number,
  more: Partial<Bounds> = {},
): Bounds => ({
  ...DEFAULT_BOUNDS,
  inFlight: 2,
  signOuts: 0,
  losses: false,
  sends,
  ticks,
  handler,
  ...more,
});

export const WEAKENINGS: readonly Weakening[] = [
  {
    name: 'grace counts from the rotation',
    rules: { graceFromRotation: true },
    bounds: world(2, 2, 2),
    breaks: FALSE_ALARM,
  },
  { name: 'no reissue', rules: { settleGraces: 0 }, bounds: world(3, 0, 0), breaks: FALSE_ALARM },
  {
    name: 'settle time of twice the grace',
    rules: { settleGraces: 2 },
    bounds: world(4, 4, 2),
    breaks: FALSE_ALARM,
  },
  {
    name: 'a reissue sets the refresh cookie',
    rules: { reissueSetsRefresh: true },
    bounds: world(5, 13, 1, { explicitRefreshes: false }),
    breaks: FALSE_ALARM,
  },
  {
    name: 'deliveries are not recorded',
    rules: { deliveriesForgotten: true },
    bounds: world(4, 8, 2),
    breaks: FALSE_ALARM,
  },
  {
    name: 'late cookies are written',
    rules: { lateCookiesWritten: true },
    bounds: world(3, 8, 6),
    breaks: FALSE_ALARM,
  },
  {
    name: 'a recovery rotates at once',
    rules: { recoveryRotates: true },
    bounds: world(3, 0, 0, { restore: 'all' }),
    breaks: FALSE_ALARM,
  },
  {
    name: 'a reissue sets the username cookie',
    rules: { reissueSetsUsername: true },
    bounds: world(3, 1, 0, { renames: 1 }),
    breaks: 'an honest browser is refused',
  },
  {
    name: 'revocations are not checked',
    rules: { revocationsForgotten: true },
    bounds: world(2, 0, 0, { signOuts: 1 }),
    breaks: 'a revoked session is served',
  },
  {
    name: 'late requests share a running call',
    rules: { runningCallsShared: true },
    bounds: world(3, 0, 0, { signOuts: 1 }),
    breaks: 'a revoked session is served',
  },
];

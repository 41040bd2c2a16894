import { type Bounds, DEFAULT_BOUNDS } from './bounds.ts';

/**
 * The rules as they are, and how they may be weakened. Only in this laboratory: the product has no
 * such switches.
 */
export interface Rules {
  /** Instead of from the proof that the successor arrived. */
  readonly graceFromRotation: boolean;
  /**
   * How many times the grace a token must be out before it rotates again; null for what
   * `settleSeconds` says.
   */
  readonly settleGraces: number | null;
  readonly reissueSetsRefresh: boolean;
  readonly handOutsForgotten: boolean;
  readonly lateCookiesWritten: boolean;
  readonly revocationsForgotten: boolean;
  /** A token ahead of the store rotates at once (decision 026). */
  readonly recoveryRotates: boolean;
  /** An answer without a refresh token sets the username cookie all the same. */
  readonly reissueSetsUsername: boolean;
}

export const AS_THEY_ARE: Rules = {
  graceFromRotation: false,
  settleGraces: null,
  reissueSetsRefresh: false,
  handOutsForgotten: false,
  lateCookiesWritten: false,
  revocationsForgotten: false,
  recoveryRotates: false,
  reissueSetsUsername: false,
};

const FALSE_ALARM = 'an honest browser is taken for a thief';

/** A rule taken away, and the smallest world we know in which that breaks a promise. */
export interface Weakening {
  readonly name: string;
  readonly rules: Partial<Rules>;
  readonly bounds: Bounds;
  readonly breaks: string;
}

/** No larger than the shortest history needs. */
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
    name: 'grace counted from the rotation',
    rules: { graceFromRotation: true },
    bounds: world(2, 2, 2),
    breaks: FALSE_ALARM,
  },
  { name: 'no reissue', rules: { settleGraces: 0 }, bounds: world(3, 0, 0), breaks: FALSE_ALARM },
  {
    name: 'settle of twice the grace',
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
    name: 'hand-outs not recorded',
    rules: { handOutsForgotten: true },
    bounds: world(4, 8, 2),
    breaks: FALSE_ALARM,
  },
  {
    name: 'late cookies written',
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
    name: 'revocations not looked at',
    rules: { revocationsForgotten: true },
    bounds: world(2, 0, 0, { signOuts: 1 }),
    breaks: 'a revoked session is served',
  },
];

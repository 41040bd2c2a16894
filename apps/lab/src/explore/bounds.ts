import { ACCESS } from './state.ts';

/** The bounds of an exploration: what may happen, how many times, and how much at once. */
export interface Bounds {
  readonly sends: number;
  readonly inFlight: number;
  readonly ticks: number;
  readonly signOuts: number;
  /** Maximum number of times that the user is renamed, at any moment. */
  readonly renames: number;
  /** Maximum number of ticks that a handler works before it writes its headers. */
  readonly handler: number;
  /** Whether responses and acknowledgements may be lost. */
  readonly losses: boolean;
  /** Whether a browser may refresh while its access token is still valid. */
  readonly explicitRefreshes: boolean;
  /**
   * Whether the store may be restored once to an earlier state, and whether it then keeps the
   * record of its last delivery of a token.
   */
  readonly restore: 'never' | 'all' | 'all but deliveries';
  /** The last tick at which the backup may be taken. */
  readonly lastBackup: number;
}

/**
 * The default bounds, with some million states: all orders of four requests, three at a time, over
 * more than two lifetimes of an access token.
 */
export const DEFAULT_BOUNDS: Bounds = {
  sends: 4,
  inFlight: 3,
  ticks: 2 * ACCESS + 2,
  signOuts: 1,
  renames: 0,
  handler: 3,
  losses: true,
  explicitRefreshes: true,
  restore: 'never',
  lastBackup: 2 * ACCESS + 2,
};

/** Bounds with fewer requests, and a store that loses its last writes once, at any moment. */
export const RESTORE_BOUNDS: Bounds = { ...DEFAULT_BOUNDS, sends: 3, signOuts: 0, restore: 'all' };

/**
 * Bounds with four requests, which leave one way to refuse an honest browser (decision 026): the
 * store has lost the record of a repeated delivery.
 */
export const FORGOTTEN_DELIVERY: Bounds = { ...RESTORE_BOUNDS, sends: 4, inFlight: 2, handler: 2 };

/**
 * Further bounds of `npm run explore`: handlers that work for longer than grace and for longer than
 * two lifetimes, and more requests that refresh only when they must.
 */
export const FURTHER_BOUNDS: readonly Bounds[] = [
  { ...DEFAULT_BOUNDS, inFlight: 2, losses: false, handler: 5 },
  { ...DEFAULT_BOUNDS, inFlight: 2, losses: false, signOuts: 0, sends: 3, ticks: 20, handler: 14 },
  {
    ...DEFAULT_BOUNDS,
    inFlight: 2,
    losses: false,
    signOuts: 0,
    sends: 5,
    ticks: 16,
    explicitRefreshes: false,
  },
];

/**
 * Bounds in which the user is renamed twice, at any moments, while responses are late, lost and out
 * of order.
 */
export const RENAME_BOUNDS: Bounds = { ...DEFAULT_BOUNDS, sends: 3, signOuts: 0, renames: 2 };

/** Small bounds for tests, which take seconds; `npm run explore` uses the larger ones. */
export const TEST_BOUNDS = {
  promises: { ...DEFAULT_BOUNDS, sends: 3 },
  restore: { ...RESTORE_BOUNDS, sends: 2 },
  renames: { ...RENAME_BOUNDS, inFlight: 2, ticks: 10 },
  forgottenDelivery: { ...FORGOTTEN_DELIVERY, losses: false, ticks: 8, lastBackup: 0 },
} as const satisfies Record<string, Bounds>;

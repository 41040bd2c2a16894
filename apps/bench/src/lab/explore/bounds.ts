import { ACCESS } from './state.ts';

/** How large the world is: what may happen, how often, and how much at once. */
export interface Bounds {
  readonly sends: number;
  readonly inFlight: number;
  readonly ticks: number;
  readonly signOuts: number;
  /** The most a handler works before it writes its headers, in ticks. */
  readonly handler: number;
  /** Whether responses and proofs may be lost. */
  readonly losses: boolean;
  /** Whether a browser may refresh while its access token is good. */
  readonly explicitRefreshes: boolean;
  /** Whether the store may go back once to what it was at some moment before, and whether it then still knows when it last handed a token out. */
  readonly restore: 'never' | 'all' | 'all but hand-outs';
}

/** Some million states: all orders of four requests, three at a time, over more than two lifetimes of an access token. */
export const DEFAULT_BOUNDS: Bounds = {
  sends: 4,
  inFlight: 3,
  ticks: 2 * ACCESS + 2,
  signOuts: 1,
  handler: 3,
  losses: true,
  explicitRefreshes: true,
  restore: 'never',
};

/** The same where the store loses its last writes once, at any moment, with fewer requests. */
export const RESTORE_BOUNDS: Bounds = { ...DEFAULT_BOUNDS, sends: 3, signOuts: 0, restore: 'all' };

/** With four requests there is one way left to refuse an honest browser (decision 026): the store has forgotten that it handed a token out again. */
export const FORGOTTEN_HAND_OUT: Bounds = { ...RESTORE_BOUNDS, sends: 4, inFlight: 2, handler: 2 };

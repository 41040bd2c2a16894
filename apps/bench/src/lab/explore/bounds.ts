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
}

/** Some million states: all orders of four requests, three at a time, over more than two lifetimes of an access token. */
export const DEFAULT_BOUNDS: Bounds = { sends: 4, inFlight: 3, ticks: 2 * ACCESS + 2, signOuts: 1, handler: 3, losses: true, explicitRefreshes: true };

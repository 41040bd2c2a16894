import { seededRandom } from '@latchkey/test-support';

/** What a network and a server do to requests. Times are in seconds, shares from 0 to 1. */
export interface Network {
  /** Maximum time in transit of a request, in seconds. */
  readonly request: number;
  /** Maximum time in transit of a response, in seconds. */
  readonly response: number;
  /** Share of responses that never arrive. */
  readonly loss: number;
  /** Share of handlers that take up to three access lifetimes before they write their headers. */
  readonly slow: number;
  /** Share of requests whose access cookie the browser has lost, or that refresh explicitly. */
  readonly lostAccess: number;
  /**
   * Maximum offset of a node's clock in either direction, in seconds. There are three nodes, and
   * any of them may serve a request.
   */
  readonly skew: number;
  /** Restarts of a node per hour; acknowledgements that are not written yet are lost. */
  readonly restarts: number;
  /** Restores of the store per hour; each loses up to two minutes of writes. */
  readonly restores: number;
  /** Share of the gaps between bursts of requests that may be longer than an access token lives. */
  readonly pauses: number;
}

const CALM: Network = {
  request: 0.2,
  response: 0.2,
  loss: 0,
  slow: 0,
  lostAccess: 0,
  skew: 0,
  restarts: 0,
  restores: 0,
  pauses: 0.15,
};

const HOSTILE: Network = {
  ...CALM,
  request: 14,
  response: 14,
  loss: 0.3,
  slow: 0.05,
  lostAccess: 0.01,
};

/**
 * The simulated networks. None delays a request or a response for longer than the grace, which is
 * the condition of the first guarantee.
 */
export const NETWORKS = {
  fast: CALM,
  lossy: { ...CALM, request: 2, response: 2, loss: 0.05 },
  'slow handlers': { ...CALM, request: 2, response: 2, loss: 0.05, slow: 0.02 },
  hostile: HOSTILE,
  'skewed clocks': { ...CALM, request: 2, response: 2, loss: 0.05, skew: 0.5 },
  restarts: { ...CALM, request: 2, response: 2, loss: 0.05, restarts: 60 },
  restores: { ...CALM, request: 2, response: 2, loss: 0.05, restores: 6 },
  /** The case of decision 026, which is simulated only if it is named. */
  'endless restores': { ...HOSTILE, restores: 60 },
  /**
   * A page that polls without a pause, for simulated thieves; the table has the similar network
   * "lossy".
   */
  tireless: { ...CALM, request: 2, response: 2, loss: 0.05, pauses: 0 },
} as const satisfies Record<string, Network>;

export type NetworkName = keyof typeof NETWORKS;

/** The networks whose results are printed as a table. */
export const TABLE = (Object.keys(NETWORKS) as NetworkName[]).filter(
  (name) => name !== 'endless restores' && name !== 'tireless',
);

/** One planned event. Times are in seconds; a history is shrunk by leaving some events out. */
export type Happening =
  | {
      readonly kind: 'request';
      readonly at: number;
      readonly requestTakes: number;
      readonly handlerTakes: number;
      readonly responseTakes: number;
      readonly lost: boolean;
      readonly withoutAccess: boolean;
      /** Offset of the clock of the node that serves the request, in seconds. */
      readonly clockOff: number;
    }
  | { readonly kind: 'restart'; readonly at: number }
  | { readonly kind: 'restore'; readonly at: number; readonly age: number };

export const ACCESS_SECONDS = 60;
export const GRACE_SECONDS = 15;

/**
 * Plans one browser with many tabs: bursts of requests, and pauses longer than an access token
 * lives. The same seed gives the same plan.
 */
export function planBrowser(seed: number, network: Network, minutes: number): Happening[] {
  const random = seededRandom(seed);
  const horizon = minutes * 60;
  const happenings: Happening[] = [];
  const clocks = [0, 1, 2].map((node) => (seededRandom(seed * 3 + node)() * 2 - 1) * network.skew);
  const pick = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)] as T;
  for (let at = pause(); at < horizon; at += pause()) {
    for (let tabs = pick([1, 1, 2, 6]); tabs > 0; tabs--) {
      happenings.push({
        kind: 'request',
        at: at + random() * 0.3,
        requestTakes: random() * network.request,
        handlerTakes: random() < network.slow ? random() * 3 * ACCESS_SECONDS : random() * 0.3,
        responseTakes: random() * network.response,
        lost: random() < network.loss,
        withoutAccess: random() < network.lostAccess,
        clockOff: pick(clocks),
      });
    }
  }
  for (let at = gap(network.restarts); at < horizon; at += gap(network.restarts))
    happenings.push({ kind: 'restart', at });
  for (let at = gap(network.restores); at < horizon; at += gap(network.restores))
    happenings.push({ kind: 'restore', at, age: random() * 120 });
  return happenings;

  /** Returns the seconds between two bursts: usually a few, sometimes minutes. */
  function pause(): number {
    return random() < 1 - network.pauses
      ? -Math.log(1 - random()) / 0.3
      : 1 + random() * (4 * ACCESS_SECONDS - 1);
  }

  function gap(perHour: number): number {
    return perHour === 0 ? Number.POSITIVE_INFINITY : (-Math.log(1 - random()) * 3600) / perHour;
  }
}

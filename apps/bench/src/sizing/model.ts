import { DAY, KEPT_SECONDS, type Lifetimes, type Usage } from './usage.ts';

/** The rates of events of all devices together, per second; `rows` is a number. */
export interface Rates {
  readonly requests: number;
  /** Refresh token rotations per second: each is one conditional write. */
  readonly rotations: number;
  /**
   * Refreshes per second that converge: requests parallel to one that rotates, with the same token.
   * Each costs a failed write and a read.
   */
  readonly convergences: number;
  /** Acknowledgements per second, counted for each node: rows, written in batches. */
  readonly acknowledgements: number;
  readonly signIns: number;
  readonly signOuts: number;
  /** Number of sessions in the store, ended ones included until the purge. */
  readonly rows: number;
}

/** A negligible probability that avoids a division by zero. */
const NEVER = 1e-100;

/**
 * Computes rates by the formulas of apps/bench/scale.md. A device is either in a visit or away, and
 * leaves either state with a constant probability per second.
 *
 * @param nodes among which requests are spread evenly
 * @param load the rate of visits relative to the average: `usage.peak` for the busiest hour
 * @throws Error if the visits do not fit into a day
 */
export function ratesOf(usage: Usage, lifetimes: Lifetimes, nodes: number, load = 1): Rates {
  const { visitSeconds: visit, requestsPerCall, signOutShare } = usage;
  const { accessTokenSeconds: access, idleSeconds, maxSeconds } = lifetimes;
  const devices = usage.users * usage.devicesPerUser * usage.activeShare;
  const away = awaySeconds(usage) / load;
  const calls = 1 / usage.secondsBetweenCalls;
  const inVisit = visit / (visit + away);
  const visits = 1 / (visit + away);

  // Mean seconds until the next call of a device in a visit; the visit may end first.
  const untilCall = (1 + away / visit) / (calls + 1 / visit);
  const inVisitAfterAccess = inVisit + (1 - inVisit) * Math.exp(-access * (1 / visit + 1 / away));
  const generations =
    devices / (access + inVisitAfterAccess * untilCall + (1 - inVisitAfterAccess) * away);

  // A session's end is decided by the visit after which its user signs out, or stays away for
  // longer than the idle lifetime.
  const idles = Math.exp(-idleSeconds / away);
  const doomed = Math.max(signOutShare + (1 - signOutShare) * idles, NEVER);
  const awayInBetween = away - (idleSeconds * idles) / (1 - idles);
  const untilDoomed = visit + (1 / doomed - 1) * (visit + awayInBetween);
  /**
   * Returns the mean time until the earlier of two events: the session's last visit, or the limit.
   */
  const untilDoomedOr = (limit: number) => -untilDoomed * Math.expm1(-limit / untilDoomed);
  const reachesMax = Math.exp(-maxSeconds / untilDoomed);
  const awayAfterwards = away + ((doomed - signOutShare) / doomed) * idleSeconds;
  const backAfterMax = inVisit * untilCall + (1 - inVisit) * away;
  const signIns =
    devices /
    (untilDoomedOr(maxSeconds) + (1 - reachesMax) * awayAfterwards + reachesMax * backAfterMax);

  const rotations = generations - signIns;
  return {
    requests: devices * visits * (1 + visit * calls) * requestsPerCall,
    rotations,
    convergences: rotations * (requestsPerCall - 1),
    acknowledgements: generations * nodes * (1 - missedBy(nodes, usage, away, access)),
    signIns,
    signOuts: signIns * (1 - reachesMax) * (signOutShare / doomed),
    // A signed-out session stays in the store as long as an unused one.
    rows: signIns * (idleSeconds + untilDoomedOr(maxSeconds - idleSeconds) + KEPT_SECONDS),
  };
}

/** Returns the mean seconds between two visits, over the whole day. */
export function awaySeconds({ visitsPerDay, visitSeconds }: Usage): number {
  const away = DAY / visitsPerDay - visitSeconds;
  if (away <= 0)
    throw new Error(`${visitsPerDay} visits of ${visitSeconds} s do not fit into a day`);
  return away;
}

/**
 * Returns the probability that no call of a device reaches a given node while an access token from
 * a visit is valid.
 */
function missedBy(
  nodes: number,
  { visitSeconds: visit, secondsBetweenCalls, requestsPerCall }: Usage,
  away: number,
  access: number,
): number {
  const reaches = 1 - (1 - 1 / nodes) ** requestsPerCall;
  // A device is in a visit or away; a call that reaches the node ends both states.
  const hit = reaches / secondsBetweenCalls;
  const [inside, outside] = [hit + 1 / visit, 1 / away];
  const root = Math.sqrt((inside - outside) ** 2 + (4 * (1 - reaches)) / (visit * away));
  const [slow, fast] = [(-inside - outside + root) / 2, (-inside - outside - root) / 2];
  const share = (-hit - fast) / (slow - fast);
  return share * Math.exp(slow * access) + (1 - share) * Math.exp(fast * access);
}

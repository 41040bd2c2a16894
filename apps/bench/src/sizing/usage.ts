/** How users use an app. A device is one browser in which a user is, or was, signed in. */
export interface Usage {
  readonly users: number;
  readonly devicesPerUser: number;
  /** The share of devices that are in use these days; the sessions of the others have expired. */
  readonly activeShare: number;
  /**
   * Number of visits of an active device on an average day. The lengths of visits and the times
   * between them are distributed exponentially.
   */
  readonly visitsPerDay: number;
  readonly visitSeconds: number;
  /** Mean seconds between two calls within a visit. */
  readonly secondsBetweenCalls: number;
  /** Number of parallel requests of one call; 1 if tRPC batches them. */
  readonly requestsPerCall: number;
  /**
   * Rate of visits in the busiest hour relative to the average, 1 to 2: it follows a sine over the
   * day.
   */
  readonly peak: number;
  /** The share of visits that end with a sign-out. */
  readonly signOutShare: number;
}

/** Lifetimes in seconds, as in the server's options. */
export interface Lifetimes {
  readonly accessTokenSeconds: number;
  readonly graceSeconds: number;
  readonly idleSeconds: number;
  readonly maxSeconds: number;
}

export const DAY = 86_400;

/** Seconds for which the store keeps ended sessions (`purgeSessions`). */
export const KEPT_SECONDS = 86_400;

/** A typical use: eight visits a day of five minutes, with three calls a minute. */
export const TYPICAL: Usage = {
  users: 1,
  devicesPerUser: 1,
  activeShare: 1,
  visitsPerDay: 8,
  visitSeconds: 300,
  secondsBetweenCalls: 20,
  requestsPerCall: 1,
  peak: 2,
  signOutShare: 0.005,
};

/** Returns the product's default lifetimes for a given lifetime of access tokens. */
export const lifetimesOf = (accessTokenSeconds: number): Lifetimes => ({
  accessTokenSeconds,
  graceSeconds: Math.min(30, accessTokenSeconds / 4),
  idleSeconds: 7 * DAY,
  maxSeconds: 30 * DAY,
});

/** How people use an app. A device is one browser in which a user is, or was, signed in. */
export interface Usage {
  readonly users: number;
  readonly devicesPerUser: number;
  /** The share of devices in use these days; the others' sessions have expired. */
  readonly activeShare: number;
  /**
   * Of an active device, on average. The lengths of visits and the times between them are
   * distributed exponentially.
   */
  readonly visitsPerDay: number;
  readonly visitSeconds: number;
  /** Within a visit, on average. */
  readonly secondsBetweenCalls: number;
  /** Parallel requests of one call; 1 if tRPC batches them. */
  readonly requestsPerCall: number;
  /**
   * Visits in the busiest hour relative to the average, 1 to 2: the rate follows a sine over the
   * day.
   */
  readonly peak: number;
  /** The share of visits that end with a sign-out. */
  readonly signOutShare: number;
}

/** Lifetimes, as in the server's options. */
export interface Lifetimes {
  readonly accessTokenSeconds: number;
  readonly graceSeconds: number;
  readonly idleSeconds: number;
  readonly maxSeconds: number;
}

export const DAY = 86_400;

/** Ended sessions are kept for another day (`purgeSessions`). */
export const KEPT_SECONDS = 86_400;

/** Users with eight visits a day of five minutes, and three calls a minute. */
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

/** The product's defaults for an access lifetime. */
export const lifetimesOf = (accessTokenSeconds: number): Lifetimes => ({
  accessTokenSeconds,
  graceSeconds: Math.min(30, accessTokenSeconds / 4),
  idleSeconds: 7 * DAY,
  maxSeconds: 30 * DAY,
});

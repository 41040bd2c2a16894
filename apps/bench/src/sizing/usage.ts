/** How people use an app. A device is one browser in which a user is, or was, signed in. */
export interface Usage {
  readonly users: number;
  readonly devicesPerUser: number;
  /** Of the devices, those that are in use these days at all; the others' sessions have expired. */
  readonly activeShare: number;
  /**
   * Of an active device, on average; their lengths are spread exponentially, and so are the times
   * between them.
   */
  readonly visitsPerDay: number;
  readonly visitSeconds: number;
  /** Within a visit, on average. */
  readonly secondsBetweenCalls: number;
  /** Requests of one call that are sent at the same time; 1 where tRPC batches them. */
  readonly requestsPerCall: number;
  /**
   * How many times as often visits begin in the busiest hour as on average, 1 to 2: the day goes up
   * and down like a wave.
   */
  readonly peak: number;
  /** Of the visits, those that end with a sign-out. */
  readonly signOutShare: number;
}

/** As the server's options have them. */
export interface Lifetimes {
  readonly accessTokenSeconds: number;
  readonly graceSeconds: number;
  readonly idleSeconds: number;
  readonly maxSeconds: number;
}

export const DAY = 86_400;

/** Sessions that were over are kept for another day (`purgeSessions`). */
export const KEPT_SECONDS = 86_400;

/** People who come eight times a day for five minutes, and click three times a minute. */
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

/** The state of a counter. */
export interface Count {
  readonly points: number;
  /** Milliseconds since the epoch, when the count resets to 0. */
  readonly expiresAt: number;
}

/**
 * Counters that all nodes share. Every method is atomic; expiry is judged by the nodes' clock.
 */
export interface Counters {
  /**
   * Adds to a count, which starts at its first point and expires `lastsMs` milliseconds later.
   * Subtracting never starts a count, and never goes below 0.
   *
   * @throws StoreUnavailableError
   */
  add(key: string, points: number, lastsMs: number): Promise<Count>;
  /** Sets a count, which lasts from now on. @throws StoreUnavailableError */
  set(key: string, points: number, lastsMs: number): Promise<Count>;
  /** @throws StoreUnavailableError */
  get(key: string): Promise<Count | null>;
  /** @returns whether there was such a count @throws StoreUnavailableError */
  remove(key: string): Promise<boolean>;
  /**
   * Deletes counts that expired at or before an instant. @returns how many @throws
   * StoreUnavailableError
   */
  purge(expiredBy: number, limit: number): Promise<number>;
}

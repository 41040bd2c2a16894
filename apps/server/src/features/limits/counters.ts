/** The state of a rate-limit counter. */
export interface Count {
  readonly points: number;
  /** When the count resets to 0, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * Counters that all nodes share. Every method is atomic; expiry is judged by the nodes' clock.
 */
export interface Counters {
  /**
   * Adds to a count, which starts with its first point and expires `lastsMs` milliseconds later.
   * Subtracting never starts a count, and never goes below 0.
   *
   * @throws StoreUnavailableError
   */
  add(key: string, points: number, lastsMs: number): Promise<Count>;
  /**
   * Sets a count, which expires `lastsMs` milliseconds from now.
   *
   * @throws StoreUnavailableError
   */
  set(key: string, points: number, lastsMs: number): Promise<Count>;
  /**
   * Returns a count, or null if there is none.
   *
   * @throws StoreUnavailableError
   */
  get(key: string): Promise<Count | null>;
  /**
   * Deletes a count.
   *
   * @returns whether the count existed
   * @throws StoreUnavailableError
   */
  remove(key: string): Promise<boolean>;
  /**
   * Deletes counts that expired at or before a time.
   *
   * @returns how many were deleted
   * @throws StoreUnavailableError
   */
  purge(expiredBy: number, limit: number): Promise<number>;
}

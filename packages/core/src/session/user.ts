/**
 * What the protocol needs to know of a person. Adopters keep their own table and map a row to this.
 */
export interface User {
  /** Stable, at most 64 bytes of UTF-8; becomes the token's `sub`. */
  readonly id: string;
  /** What `X-Username` says; becomes the token's `name`. It may change. */
  readonly username: string;
  /** One of the application's roles; becomes the token's `role`. */
  readonly role: string;
  /** Raised to end everything issued so far. A table without the column says 0. */
  readonly tokenVersion: number;
  readonly disabled: boolean;
}

/** The only questions the protocol asks about people. */
export interface UserDirectory {
  /**
   * The user of that id, or `null`. Asked once per refresh, never for a valid access token.
   *
   * @throws StoreUnavailableError when it cannot be told; any other error is answered as a fault of
   *   the server
   */
  findUser(userId: string): Promise<User | null>;
  /**
   * Raises the user's token version by one. Without it, the user's sessions are ended one by one,
   * which suffices until a store loses writes.
   *
   * @returns the new version, or `null` when there is no such user
   */
  raiseTokenVersion?(userId: string): Promise<number | null>;
}

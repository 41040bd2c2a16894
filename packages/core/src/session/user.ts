import type { AnyClaims } from '../token/claims.ts';

/** What the session layer reads of a user. Adopters map a row of their own table to it. */
export interface User {
  /** Stable, at most 64 bytes of UTF-8; becomes the token's `sub`. */
  readonly id: string;
  /** The value of the username cookie and of the token's `name`. It may change. */
  readonly username: string;
  /** One of the application's roles; becomes the token's `role`. */
  readonly role: string;
  /** Raised to invalidate all access tokens of the user. 0 for a table without such a column. */
  readonly tokenVersion: number;
  /** A disabled user can neither sign in nor refresh. */
  readonly disabled: boolean;
  /**
   * The app's own claims, which the access token carries if the layer has a schema for them (option
   * `claims`): at most 1,024 bytes of JSON. Changes reach the token at its next refresh.
   */
  readonly claims?: AnyClaims | undefined;
}

/** The port to the adopter's users. */
export interface UserDirectory<Owner extends User = User> {
  /**
   * Finds a user by id. Called for each refresh, once for those that share a call, and never for a
   * valid access token.
   *
   * @returns `null` if the user does not exist
   * @throws StoreUnavailableError if the user table cannot be read; other errors become 500
   */
  findUser(userId: string): Promise<Owner | null>;
  /**
   * Raises the user's token version by one. Without it, `revokeUserSessions` revokes the sessions
   * only, so a session that a store restores after a loss of writes is live again.
   *
   * @returns the new version, or `null` if the user does not exist
   */
  raiseTokenVersion?(userId: string): Promise<number | null>;
}

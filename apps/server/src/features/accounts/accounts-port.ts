import type { Actor, Client, Principal, User } from '@latchkey/core';
import type { Role } from '../../api/trpc.ts';

/** A password that works once. */
export interface OneTimePassword {
  readonly password: string;
  /** When it expires, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * The users of the reference app. Every change commits together with its audit event and its
 * revocations, or not at all.
 */
export interface Accounts {
  /**
   * Returns the user for a correct username and password; `null` otherwise, after the same amount
   * of work.
   *
   * @param deviceOf returns the id of the device if the user has signed in from it before
   * @throws TRPCError 401 `user_disabled` or `one_time_password_spent` for a right password that
   *   does not sign in; it counts as an attempt
   */
  checkPassword(
    username: string,
    password: string,
    client: Client,
    deviceOf?: (username: string) => string | null,
  ): Promise<User | null>;
  /**
   * Returns the user who has just created an account with this name and password; `null` for any
   * other pair. For repeated sign-ups: an account older than `SIGN_UP_AGAIN_SECONDS` is not
   * checked, and nothing is written to its owner's audit log.
   */
  findNew(username: string, password: string): Promise<User | null>;
  /**
   * Creates an account.
   *
   * @throws TRPCError 409 if the name is taken, 400 for a name that resembles an administrator's
   *   and for a common password
   */
  create(
    account: { username: string; password: string; role: Role },
    by: Actor | Client,
  ): Promise<User>;
  /**
   * Replaces the password and ends every session except the one in which it was changed.
   *
   * @throws TRPCError 400 for a common password
   */
  changePassword(
    of: Pick<Principal, 'userId' | 'sessionId'>,
    password: string,
    client: Client,
  ): Promise<void>;
  /** Whether a password is the user's current one. */
  confirmPassword(
    of: Pick<Principal, 'userId' | 'sessionId'>,
    password: string,
    client: Client,
  ): Promise<boolean>;
  /**
   * Takes an account away from everyone who knows its password: ends all sessions, replaces the password
   * by a one-time password that its user must change at the next sign-in, and no longer recognises
   * the user's devices. The user's data stays, and so does a disabled account's status.
   *
   * @returns the one-time password, and when it expires in milliseconds since the epoch
   * @throws TRPCError 404 for an unknown user
   */
  rescue(userId: string, by: Actor): Promise<OneTimePassword>;
  /**
   * Disables or enables an account. A disabled user who enters the right password is told
   * `by.shownReason`.
   *
   * @throws TRPCError 404 for an unknown user, 409 for the last administrator
   */
  setDisabled(userId: string, disabled: boolean, by: Actor): Promise<void>;
  /**
   * Changes a role and ends the user's sessions: they sign in again with the new role.
   *
   * @throws TRPCError 404 for an unknown user, 409 for the last administrator
   */
  setRole(userId: string, role: Role, by: Actor): Promise<void>;
  /**
   * Removes a user and ends their sessions.
   *
   * @throws TRPCError 404 for an unknown user, 409 for the last administrator
   */
  remove(userId: string, by: Actor): Promise<void>;
}

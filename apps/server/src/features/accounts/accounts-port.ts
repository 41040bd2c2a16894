import type { Actor, Client, Principal, User } from '@latchkey/core';
import type { Role } from '../../api/trpc.ts';

/**
 * The users of the reference app. Every change commits with its audit event and its revocations, or
 * not at all.
 */
export interface Accounts {
  /**
   * Returns the user for a valid pair; `null` for any invalid one, after the same work.
   *
   * @param deviceOf the id of the device, if that user has signed in from it before
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
   * @throws TRPCError 409 if the name is taken, 400 for a name that resembles an administrator's
   *   and for a common password
   */
  create(
    account: { username: string; password: string; role: Role },
    by: Actor | Client,
  ): Promise<User>;
  /**
   * Replaces the password and ends every session except the one it was changed in. @throws
   * TRPCError 400 for a common password
   */
  changePassword(
    of: Pick<Principal, 'userId' | 'sessionId'>,
    password: string,
    client: Client,
  ): Promise<void>;
  /** Whether it is the user's password. */
  confirmPassword(
    of: Pick<Principal, 'userId' | 'sessionId'>,
    password: string,
    client: Client,
  ): Promise<boolean>;
  /** @throws TRPCError 404, or 409 for the last administrator */
  setDisabled(userId: string, disabled: boolean, by: Actor): Promise<void>;
  /**
   * Ends the user's sessions: they sign in again with the new role. @throws TRPCError 404, or 409
   * for the last administrator
   */
  setRole(userId: string, role: Role, by: Actor): Promise<void>;
  /**
   * Removes the user and ends their sessions. @throws TRPCError 404, or 409 for the last
   * administrator
   */
  remove(userId: string, by: Actor): Promise<void>;
}

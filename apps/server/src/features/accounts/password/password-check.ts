import type { Client, Clock, User } from '@latchkey/core';
import { refuse } from '@latchkey/trpc';
import type { TRPCError } from '@trpc/server';
import type { AuditTrail } from '../../audit/audit-trail.ts';
import { SIGN_UP_AGAIN_SECONDS } from '../../limits/limits.ts';
import { usernameOf } from '../account-rules.ts';
import type { Accounts } from '../accounts-port.ts';
import type { PasswordHasher } from '../passwords.ts';
import type { UserAccount } from '../user-account.ts';
import type { UserStore } from '../user-store.ts';
import { oneTimePasswordIn } from './one-time-password.ts';

export interface PasswordCheckDependencies {
  readonly users: UserStore;
  readonly trail: Pick<AuditTrail, 'observe'>;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
}

/** Why a right password does not sign in. */
type Hindrance = 'user_disabled' | 'one_time_password_spent';

/**
 * Creates the password checks. A check costs one query and one hash, whatever its result: the time
 * tells neither whether a user exists nor what is the matter with the account (ASVS 6.3.8).
 */
export async function passwordCheck({
  users,
  trail,
  hasher,
  clock,
}: PasswordCheckDependencies): Promise<Pick<Accounts, 'checkPassword' | 'findNew'>> {
  /** Verified for an unknown user. */
  const dummyHash = await hasher.hash(crypto.randomUUID());

  /**
   * Rehashes a password at sign-in; when the hasher is overloaded, a later sign-in does so.
   */
  async function rehash({ id, passwordHash }: UserAccount, password: string): Promise<void> {
    const renewed = await hasher.hash(password).catch(() => null);
    if (renewed) await users.rehash(id, passwordHash, renewed);
  }

  /** Returns what keeps the holder of the right password from signing in. */
  async function hindranceOf(account: UserAccount): Promise<Hindrance | null> {
    const { id, disabled, oneTimeUntil, oneTimeUsed, passwordHash } = account;
    if (disabled) return 'user_disabled';
    if (oneTimeUntil === null) return null;
    const now = clock.now();
    const isUsable =
      !oneTimeUsed && now < oneTimeUntil && (await users.useOneTimePassword(id, passwordHash, now));
    return isUsable ? null : 'one_time_password_spent';
  }

  function observeRefusal(
    account: UserAccount | null,
    reason: Hindrance | 'unknown_user' | 'wrong_password',
    { userAgent, ipAddress }: Client,
  ): void {
    trail.observe({
      kind: 'sign_in.refused',
      at: clock.now(),
      actorId: null,
      userId: account?.id ?? null,
      sessionId: null,
      reason,
      userAgent,
      ipAddress,
    });
  }

  return {
    async checkPassword(username, typed, client) {
      const account = await users.findAccount(usernameOf(username));
      const isOneTime = account !== null && account.oneTimeUntil !== null;
      const password = isOneTime ? oneTimePasswordIn(typed) : typed;
      const right = await hasher.matches(account?.passwordHash ?? dummyHash, password);
      if (!account || !right) {
        observeRefusal(account, account ? 'wrong_password' : 'unknown_user', client);
        return null;
      }
      const hindrance = await hindranceOf(account);
      if (hindrance) {
        observeRefusal(account, hindrance, client);
        throw hindered(hindrance, account);
      }
      if (hasher.isOutdated(account.passwordHash)) await rehash(account, password);
      return userOf(account);
    },

    async findNew(username, password) {
      const account = await users.findAccount(usernameOf(username));
      const isNew =
        account &&
        !account.disabled &&
        account.oneTimeUntil === null &&
        clock.now() - account.createdAt < SIGN_UP_AGAIN_SECONDS * 1000;
      return isNew && (await hasher.matches(account.passwordHash, password))
        ? userOf(account)
        : null;
    },
  };
}

/** Returns the refusal of a sign-in whose password was right: only its holder is told why. */
function hindered(hindrance: Hindrance, { disabledReason }: UserAccount): TRPCError {
  return refuse(hindrance, {
    code: 'UNAUTHORIZED',
    message:
      hindrance === 'one_time_password_spent'
        ? 'This one-time password was used or has expired. Ask an administrator for another one; if you did not use it, say so.'
        : `Your account is disabled. ${disabledReason === null ? 'Ask an administrator why.' : `The administrator says: ${disabledReason}`}`,
  });
}

/** The account's fields for the session layer, without the hash. */
function userOf({ id, username, role, tokenVersion, disabled, claims }: UserAccount): User {
  return { id, username, role, tokenVersion, disabled, claims };
}

import { publicError } from '@latchkey/trpc';
import { usernameOf } from '../accounts/account-rules.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { PasswordHasher } from '../accounts/passwords.ts';
import type { UserStore } from '../accounts/user-store.ts';
import { knownDevice } from './device-token.ts';
import type { Limits } from './limits.ts';

export interface LimitAccountsDependencies {
  readonly users: Pick<UserStore, 'findAccount' | 'findById'>;
  readonly limits: Limits;
  readonly hasher: Pick<PasswordHasher, 'admit'>;
}

/**
 * Wraps the accounts with rate limits. An overloaded server refuses before it reads the counters,
 * because those use the store that all requests share.
 */
export function limitAccounts(
  accounts: Accounts,
  { users, limits, hasher: { admit } }: LimitAccountsDependencies,
): Accounts {
  /**
   * Returns the device whose attempts are counted for it alone; null for one that was last signed
   * in from before the account was rescued.
   */
  async function deviceIdOf(username: string, recognised: string | null): Promise<string | null> {
    if (recognised === null) return null;
    const { id, signedInAt } = knownDevice(recognised);
    const since = (await users.findAccount(username))?.devicesSince ?? 0;
    return signedInAt < since ? null : id;
  }

  return {
    create: (...given) => accounts.create(...given),
    changePassword: (...given) => accounts.changePassword(...given),
    setDisabled: (...given) => accounts.setDisabled(...given),
    setRole: (...given) => accounts.setRole(...given),
    remove: (...given) => accounts.remove(...given),

    /** Also resets what the thief may have used up, so that it does not keep the owner out. */
    async rescue(userId, by) {
      const oneTime = await accounts.rescue(userId, by);
      const account = await users.findById(userId);
      if (account) await limits.unlock(account.username);
      await limits.allowPasswordChange(userId);
      return oneTime;
    },

    async checkPassword(typed, password, client, deviceOf) {
      const username = usernameOf(typed);
      let refusal: unknown = null;
      const user = await admit(async () => {
        const deviceId = await deviceIdOf(username, deviceOf?.(username) ?? null);
        return limits.signIn({ username, ipAddress: client.ipAddress, deviceId }, () =>
          accounts.checkPassword(typed, password, client, deviceOf).catch((error: unknown) => {
            if (!isCounted(error)) throw error;
            refusal = error;
            return null;
          }),
        );
      });
      if (refusal) throw refusal;
      return user;
    },

    findNew: (username, password) =>
      limits.signUpAgain(usernameOf(username), () => accounts.findNew(username, password)),
    confirmPassword: (of, password, client) =>
      limits.reauthenticate(of.sessionId, () => accounts.confirmPassword(of, password, client)),
  };
}

/** Whether a refusal counts as an attempt, as a wrong password does. */
function isCounted(error: unknown): boolean {
  return /^(user_disabled|one_time_password_spent)$/.test(publicError(error).reason ?? '');
}

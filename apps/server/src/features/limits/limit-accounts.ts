import { usernameOf } from '../accounts/account-rules.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { PasswordHasher } from '../accounts/passwords.ts';
import type { Limits } from './limits.ts';

/**
 * Wraps the accounts with rate limits. An overloaded server refuses before it reads the counters,
 * because those use the store that all requests share.
 */
export function limitAccounts(
  accounts: Accounts,
  limits: Limits,
  { admit }: Pick<PasswordHasher, 'admit'>,
): Accounts {
  return {
    create: (...given) => accounts.create(...given),
    changePassword: (...given) => accounts.changePassword(...given),
    setDisabled: (...given) => accounts.setDisabled(...given),
    setRole: (...given) => accounts.setRole(...given),
    remove: (...given) => accounts.remove(...given),
    checkPassword(typed, password, client, deviceOf) {
      const username = usernameOf(typed);
      const attempt = {
        username,
        ipAddress: client.ipAddress,
        deviceId: deviceOf?.(username) ?? null,
      };
      return admit(() =>
        limits.signIn(attempt, () => accounts.checkPassword(typed, password, client, deviceOf)),
      );
    },
    findNew: (username, password) =>
      limits.signUpAgain(usernameOf(username), () => accounts.findNew(username, password)),
    confirmPassword: (of, password, client) =>
      limits.reauthenticate(of.sessionId, () => accounts.confirmPassword(of, password, client)),
  };
}

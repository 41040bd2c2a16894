import type { User } from '@latchkey/core';
import type { Account } from './library.ts';

/** Converts a row of the app's accounts to Latchkey's `User`. */
export function asUser(account: Account | null): User | null {
  return (
    account && {
      id: String(account.id),
      username: account.name,
      role: 'Reader',
      tokenVersion: 0,
      disabled: account.blocked,
    }
  );
}

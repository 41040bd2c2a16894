import type { User } from '@latchkey/core';
import type { Account } from './library.ts';

/** A row of the library's accounts as Latchkey's `User`. */
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

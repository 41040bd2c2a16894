import type { Clock, User } from '@latchkey/core';
import type { UserStore } from '@latchkey/sql';
import type { Role } from '../../trpc.ts';
import { hashPassword, matchesPassword } from './passwords.ts';

/** The people of the reference app. */
export interface Accounts {
  /** The user of a right pair; `null` for any wrong one, after the same work. */
  checkPassword(username: string, password: string): Promise<User | null>;
  /** False when the name is taken. */
  create(username: string, password: string, role: Role): Promise<boolean>;
}

/** @param matches checks a password against a hash; handed in so that a test can see each check */
export async function createAccounts(users: UserStore, clock: Clock, matches = matchesPassword): Promise<Accounts> {
  /** Nobody's password: checked when there is no user, so that absence takes as long as a wrong guess (ASVS 6.3.8). */
  const nobody = await hashPassword(crypto.randomUUID());

  return {
    async checkPassword(username, password) {
      const account = await users.findAccount(username);
      const right = await matches(account?.passwordHash ?? nobody, password);
      if (!account || !right || account.disabled) return null;
      const { passwordHash: _, ...user } = account;
      return user;
    },

    async create(username, password, role) {
      const passwordHash = await hashPassword(password);
      return users.create({ id: crypto.randomUUID(), username, role, passwordHash }, clock.now());
    },
  };
}

/** The accounts everybody knows; never created in production. */
export const DEMO_ACCOUNTS = [
  { username: 'admin', password: 'password', role: 'Admin' },
  { username: 'bob', password: 'password', role: 'User' },
] as const;

/** Creates the demo accounts that are not there yet. */
export async function createDemoAccounts(accounts: Accounts, users: UserStore): Promise<void> {
  for (const { username, password, role } of DEMO_ACCOUNTS) {
    if (!(await users.resolveUser(username))) await accounts.create(username, password, role);
  }
}

/**
 * For production: a database that was used in development may still hold accounts whose passwords everybody knows.
 *
 * @throws Error naming them
 */
export async function refuseDemoAccounts(accounts: Accounts): Promise<void> {
  const present: string[] = [];
  for (const { username, password } of DEMO_ACCOUNTS) if (await accounts.checkPassword(username, password)) present.push(username);
  if (present.length > 0)
    throw new Error(
      `This database has demo accounts with their well-known passwords (${present.join(', ')}), which production refuses. Use another DATABASE_URL, or remove them.`,
    );
}

import type { Clock } from '@latchkey/core';
import type { UserStore } from '@latchkey/sql';
import type { PasswordHasher } from './passwords.ts';

/** The accounts everybody knows; never created in production. */
export const DEMO_ACCOUNTS = [
  { username: 'admin', password: 'password', role: 'Admin' },
  { username: 'bob', password: 'password', role: 'User' },
] as const;

/** Creates the demo accounts that are not there yet, past the rules that other passwords must keep. */
export async function createDemoAccounts(users: UserStore, hasher: PasswordHasher, clock: Clock): Promise<void> {
  for (const { username, password, role } of DEMO_ACCOUNTS) {
    if (await users.resolveUser(username)) continue;
    await users.create({ id: crypto.randomUUID(), username, role, passwordHash: await hasher.hash(password), createdAt: clock.now() });
  }
}

/**
 * For production: a database that was used in development may still hold accounts whose passwords everybody knows.
 *
 * @throws Error naming them
 */
export async function refuseDemoAccounts(users: UserStore, hasher: PasswordHasher): Promise<void> {
  const present: string[] = [];
  for (const { username, password } of DEMO_ACCOUNTS) {
    const account = await users.findAccount(username);
    if (account && (await hasher.matches(account.passwordHash, password))) present.push(username);
  }
  if (present.length > 0)
    throw new Error(
      `This database has demo accounts with their well-known passwords (${present.join(', ')}), which production refuses. Use another DATABASE_URL, or give them other passwords.`,
    );
}

/** Whether any of them is there. */
export async function hasDemoAccounts(users: Pick<UserStore, 'resolveUser'>): Promise<boolean> {
  const found = await Promise.all(DEMO_ACCOUNTS.map(({ username }) => users.resolveUser(username)));
  return found.some((user) => user !== null);
}

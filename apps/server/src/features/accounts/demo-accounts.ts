import type { Clock } from '@latchkey/core';
import type { PasswordHasher } from './passwords.ts';
import type { UserStore } from './user-store.ts';

/**
 * The demo accounts, whose passwords are well known. They are created neither in production nor
 * where other machines can reach the server, except with `--demo`.
 */
export const DEMO_ACCOUNTS = [
  { username: 'admin', password: 'password', role: 'Admin' },
  { username: 'bob', password: 'password', role: 'User' },
] as const;

/**
 * Creates missing demo accounts, exempt from the password rules.
 */
export async function createDemoAccounts(
  users: UserStore,
  hasher: PasswordHasher,
  clock: Clock,
): Promise<void> {
  for (const { username, password, role } of DEMO_ACCOUNTS) {
    if (await users.findAccount(username)) continue;
    await users.create({
      id: crypto.randomUUID(),
      username,
      role,
      passwordHash: await hasher.hash(password),
      createdAt: clock.now(),
    });
  }
}

/**
 * Refuses to start in production with demo accounts: a database that was used in development may
 * still hold accounts with well-known passwords.
 *
 * @throws Error naming them
 */
export async function refuseDemoAccounts(users: UserStore, hasher: PasswordHasher): Promise<void> {
  const present = await presentDemoAccounts(users, hasher);
  if (present.length > 0)
    throw new Error(
      `This database has demo accounts with their well-known passwords (${present.join(', ')}), which production refuses. Use another DATABASE_URL, or change their passwords.`,
    );
}

/** The names of existing demo accounts that still have their well-known passwords. */
async function presentDemoAccounts(users: UserStore, hasher: PasswordHasher): Promise<string[]> {
  const present: string[] = [];
  for (const { username, password } of DEMO_ACCOUNTS) {
    const account = await users.findAccount(username);
    if (account && (await hasher.matches(account.passwordHash, password))) present.push(username);
  }
  return present;
}

/** Describes the demo accounts for the person who starts the server. */
export function describeDemoAccounts(): string {
  return DEMO_ACCOUNTS.map(
    ({ username, password, role }) => `${username} / ${password} (${role})`,
  ).join(', ');
}

/**
 * Explains, in one line for a development server that other machines can reach, why it creates no
 * demo accounts. Those of an earlier start are left unchanged, and named.
 */
export async function describeMissingDemoAccounts(
  users: UserStore,
  hasher: PasswordHasher,
  host: string,
): Promise<string> {
  const present = await presentDemoAccounts(users, hasher);
  return present.length > 0
    ? `demo accounts of an earlier start (${present.join(', ')}), and HOST is ${host}: change their passwords, or anyone who can reach it can sign in`
    : `no demo accounts, because HOST is ${host}: npm start -- --demo creates them, npm run cli -- users create creates others`;
}

/** Whether a demo account exists. */
export async function hasDemoAccounts(users: Pick<UserStore, 'findAccount'>): Promise<boolean> {
  const found = await Promise.all(DEMO_ACCOUNTS.map(({ username }) => users.findAccount(username)));
  return found.some((user) => user !== null);
}

import type { User, UserDirectory } from '@latchkey/core';

/** A user directory in memory, with the changes that tests make to users. */
export interface MemoryUsers extends Required<UserDirectory> {
  byName(username: string): User | null;
  change(username: string, fields: Partial<User>): void;
  remove(username: string): void;
}

/** Creates a directory of two users: alice (`Admin`) and bob (`User`). */
export function memoryUsers(): MemoryUsers {
  const users = new Map<string, User>();
  for (const [username, role] of [
    ['alice', 'Admin'],
    ['bob', 'User'],
  ] as const)
    users.set(username, {
      id: `id-of-${username}`,
      username,
      role,
      tokenVersion: 0,
      disabled: false,
    });
  const change = (username: string, fields: Partial<User>) => {
    const user = users.get(username);
    if (user) users.set(username, { ...user, ...fields });
  };
  return {
    byName: (username) => users.get(username) ?? null,
    findUser: async (userId) => [...users.values()].find(({ id }) => id === userId) ?? null,
    raiseTokenVersion: async (userId) => {
      const user = [...users.values()].find(({ id }) => id === userId);
      if (!user) return null;
      change(user.username, { tokenVersion: user.tokenVersion + 1 });
      return user.tokenVersion + 1;
    },
    change,
    remove: (username) => void users.delete(username),
  };
}

import type { UserAccount, UserPage, UserSort } from '../accounts/user-store.ts';

/** Where a page of users left off: the last name, or `instant name` where the list is by age. */
export function userCursorOf({ username, createdAt }: UserAccount, sort: UserSort): string {
  return sort === 'username' ? username : `${createdAt} ${username}`;
}

/** The other way round; `null` for what no list of that sort has given out. */
export function userCursorIn(text: string, sort: UserSort): NonNullable<UserPage['after']> | null {
  if (sort === 'username') return /^\S+$/.test(text) ? { username: text } : null;
  const [, createdAt, username] = /^(\d{1,15}) (\S+)$/.exec(text) ?? [];
  return createdAt !== undefined && username !== undefined
    ? { createdAt: Number(createdAt), username }
    : null;
}

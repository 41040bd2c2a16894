import type { UserAccount, UserPage, UserSort } from '../accounts/user-store.ts';

/** The cursor of a page of users: the last username, or `instant username` in a list by age. */
export function userCursorOf({ username, createdAt }: UserAccount, sort: UserSort): string {
  return sort === 'username' ? username : `${createdAt} ${username}`;
}

/** Parses a cursor; `null` for an invalid one, or one of another sort. */
export function userCursorIn(text: string, sort: UserSort): NonNullable<UserPage['after']> | null {
  if (sort === 'username') return /^\S+$/.test(text) ? { username: text } : null;
  const [, createdAt, username] = /^(\d{1,15}) (\S+)$/.exec(text) ?? [];
  return createdAt !== undefined && username !== undefined
    ? { createdAt: Number(createdAt), username }
    : null;
}

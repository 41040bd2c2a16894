import type { UserAccount, UserPage, UserSort } from '../accounts/user-store.ts';

/**
 * Formats the cursor of a page of users: the last username, or `instant username` in a list by age.
 */
export function userCursorOf(
  { username, createdAt }: Pick<UserAccount, 'username' | 'createdAt'>,
  sort: UserSort,
): string {
  return sort === 'username' ? username : `${createdAt} ${username}`;
}

/**
 * Parses the cursor of a page of users; `null` for an invalid one, or for that of another sort
 * order.
 */
export function userCursorIn(text: string, sort: UserSort): NonNullable<UserPage['after']> | null {
  if (sort === 'username') return /^\S+$/.test(text) ? { username: text } : null;
  const [, createdAt, username] = /^(\d{1,15}) (\S+)$/.exec(text) ?? [];
  return createdAt !== undefined && username !== undefined
    ? { createdAt: Number(createdAt), username }
    : null;
}

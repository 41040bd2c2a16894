import { type RawBuilder, sql } from 'kysely';
import type { UserAccount, UserPage, UserSort } from '../user-store.ts';

export type Key = Pick<UserAccount, 'username' | 'createdAt'>;

/** The columns by which a list is sorted, in the table and in a set that was selected from it. */
export const OF_TABLE = { username: sql.ref('u.username'), created: sql.ref('u.created_at') };
export const OF_FOUND = {
  username: sql.ref('found.username'),
  created: sql.ref('found.createdAt'),
};

export const and = (conditions: readonly RawBuilder<unknown>[]): RawBuilder<boolean> =>
  conditions.length === 0 ? sql`1 = 1` : sql`${sql.join(conditions, sql` and `)}`;

/** Columns as an index finds them, and as expressions that no index answers. */
const WITH_INDEX = { disabled: sql.ref('u.disabled'), role: sql.ref('u.role') };
export const WITHOUT_INDEX = {
  username: sql`(u.username || '')`,
  disabled: sql`u.disabled + 0`,
  role: sql`u.role || ''`,
};

/**
 * Builds conditions on the status and the role. The index of both answers them, unless the list is
 * walked by another one.
 */
export const filtersOf = (
  role: string | undefined,
  disabled: boolean | undefined,
  columns: Pick<typeof WITHOUT_INDEX, 'disabled' | 'role'> = WITH_INDEX,
) =>
  role === undefined && disabled === undefined
    ? []
    : [
        disabled === undefined
          ? sql<boolean>`${columns.disabled} in (0, 1)`
          : sql<boolean>`${columns.disabled} = ${disabled ? 1 : 0}`,
        ...(role === undefined ? [] : [sql<boolean>`${columns.role} = ${role}`]),
      ];

/** Builds the condition that a user comes after another in the list. */
export const beyond = (
  sort: UserSort,
  order: 'asc' | 'desc',
  key: NonNullable<UserPage['after']>,
  columns: typeof OF_TABLE,
) => compared(sort, order === 'asc' ? '>' : '<', key, columns);

/** Builds the condition that a user does not come after another, as a bound that an index uses. */
export const upTo = (sort: UserSort, order: 'asc' | 'desc', key: Key) =>
  compared(sort, order === 'asc' ? '<=' : '>=', key, OF_TABLE);

const compared = (
  sort: UserSort,
  operator: string,
  { username, createdAt = 0 }: NonNullable<UserPage['after']>,
  columns: typeof OF_TABLE,
) =>
  sort === 'username'
    ? sql<boolean>`${columns.username} ${sql.raw(operator)} ${username}`
    : sql<boolean>`(${columns.created}, ${columns.username}) ${sql.raw(operator)} (${createdAt}, ${username})`;

/** Breaks ties of the creation time by the username, which is unique. */
export const orderBy = (sort: UserSort, order: 'asc' | 'desc', columns: typeof OF_TABLE) =>
  sort === 'username'
    ? sql`${columns.username} ${sql.raw(order)}`
    : sql`${columns.created} ${sql.raw(order)}, ${columns.username} ${sql.raw(order)}`;

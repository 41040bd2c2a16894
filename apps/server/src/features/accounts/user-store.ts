import type { UserDirectory } from '@latchkey/core';
import { type ExpressionBuilder, sql } from 'kysely';
import type { AllTables, AppDatabase } from '../../services/app-database.ts';
import {
  ACCOUNT,
  accountOf,
  columnsOf,
  type NewUser,
  type UserAccount,
  type UserChange,
} from './user-account.ts';

export type { UserAccount, UserChange } from './user-account.ts';

/** A filter for users; an omitted field does not restrict. */
export interface UserFilter {
  readonly role?: string | undefined;
  readonly disabled?: boolean | undefined;
}

export const USER_SORTS = ['username', 'createdAt'] as const;
export type UserSort = (typeof USER_SORTS)[number];

/** One page of a list of users, sorted by name by default. */
export interface UserPage extends UserFilter {
  readonly sort?: UserSort | undefined;
  readonly order?: 'asc' | 'desc' | undefined;
  /**
   * The last user of the previous page. Its `createdAt` is used only if the list is sorted by it.
   */
  readonly after?:
    | (Pick<UserAccount, 'username'> & Partial<Pick<UserAccount, 'createdAt'>>)
    | undefined;
  readonly limit: number;
}

/** Stores the users of the reference app. */
export interface UserStore extends Required<UserDirectory<UserAccount>> {
  findAccount(username: string): Promise<UserAccount | null>;
  findById(userId: string): Promise<UserAccount | null>;
  /** Creates a user. Resolves to false, and changes nothing, if the username is taken. */
  create(account: NewUser): Promise<boolean>;
  /**
   * Changes a user and increments the token version, which invalidates all tokens issued before.
   *
   * @returns the changed user, or `null` if it does not exist
   */
  change(userId: string, change: UserChange): Promise<UserAccount | null>;
  /**
   * Marks a one-time password as used. Of several callers with the same one, one succeeds.
   *
   * @param now milliseconds since the epoch
   * @returns false if the password was used, has expired or was replaced
   */
  useOneTimePassword(userId: string, passwordHash: string, now: number): Promise<boolean>;
  /** Replaces the hash of an unchanged password, and changes nothing else. */
  rehash(userId: string, from: string, to: string): Promise<void>;
  /** Removes a user. Resolves to false if the user does not exist. */
  remove(userId: string): Promise<boolean>;
  list(page: UserPage): Promise<UserAccount[]>;
  count(filter: UserFilter): Promise<number>;
  /**
   * Returns the ids of the enabled users with a role, and locks their rows until the transaction
   * ends.
   */
  holdEnabled(role: string): Promise<string[]>;
}

const raised = (set: ExpressionBuilder<AllTables, 'app_users'>) => set('token_version', '+', 1);

const matching =
  ({ role, disabled }: UserFilter) =>
  (where: ExpressionBuilder<AllTables, 'app_users'>) =>
    where.and([
      ...(role !== undefined ? [where('role', '=', role)] : []),
      ...(disabled !== undefined ? [where('disabled', '=', disabled ? 1 : 0)] : []),
    ]);

function beyond(
  sort: UserSort,
  order: 'asc' | 'desc',
  { username, createdAt = 0 }: NonNullable<UserPage['after']>,
) {
  const is = sql.raw(order === 'asc' ? '>' : '<');
  return sort === 'username'
    ? sql<boolean>`username ${is} ${username}`
    : sql<boolean>`(created_at, username) ${is} (${createdAt}, ${username})`;
}

export function sqlUserStore({ run, kind }: Pick<AppDatabase, 'run' | 'kind'>): UserStore {
  const findBy = (column: 'username' | 'id', value: string) =>
    run(async (db) => {
      const row = await db
        .selectFrom('app_users')
        .select(ACCOUNT)
        .where(column, '=', value)
        .executeTakeFirst();
      return row ? accountOf(row) : null;
    });
  const findAccount = (username: string) => findBy('username', username);
  const findById = (userId: string) => findBy('id', userId);

  return {
    findAccount,
    findById,
    findUser: findById,

    create: ({ id, username, role, passwordHash, createdAt }) =>
      run(async (db) => {
        const row = await db
          .insertInto('app_users')
          .values({
            id,
            username,
            role,
            password_hash: passwordHash,
            token_version: 0,
            disabled: 0,
            created_at: createdAt,
            one_time_used: 0,
            devices_since: 0,
          })
          .onConflict((conflict) => conflict.column('username').doNothing())
          .returning('id')
          .executeTakeFirst();
        return row !== undefined;
      }),

    raiseTokenVersion: (userId) =>
      run(async (db) => {
        const row = await db
          .updateTable('app_users')
          .set((set) => ({ token_version: raised(set) }))
          .where('id', '=', userId)
          .returning('token_version')
          .executeTakeFirst();
        return row?.token_version ?? null;
      }),

    change: (userId, change) =>
      run(async (db) => {
        const row = await db
          .updateTable('app_users')
          .set((set) => ({ ...columnsOf(change), token_version: raised(set) }))
          .where('id', '=', userId)
          .returning(ACCOUNT)
          .executeTakeFirst();
        return row ? accountOf(row) : null;
      }),

    useOneTimePassword: (userId, passwordHash, now) =>
      run(async (db) => {
        const row = await db
          .updateTable('app_users')
          .set({ one_time_used: 1 })
          .where('id', '=', userId)
          .where('password_hash', '=', passwordHash)
          .where('one_time_used', '=', 0)
          .where('one_time_until', '>', now)
          .returning('id')
          .executeTakeFirst();
        return row !== undefined;
      }),

    rehash: (userId, from, to) =>
      run(async (db) => {
        await db
          .updateTable('app_users')
          .set({ password_hash: to })
          .where('id', '=', userId)
          .where('password_hash', '=', from)
          .execute();
      }),

    remove: (userId) =>
      run(async (db) => {
        const row = await db
          .deleteFrom('app_users')
          .where('id', '=', userId)
          .returning('id')
          .executeTakeFirst();
        return row !== undefined;
      }),

    list: ({ sort = 'username', order = 'asc', after, limit, ...filter }) =>
      run(async (db) => {
        let query = db.selectFrom('app_users').select(ACCOUNT).where(matching(filter));
        /** Breaks ties of the creation time by the username, which is unique. */
        if (sort === 'createdAt') query = query.orderBy('created_at', order);
        if (after) query = query.where(beyond(sort, order, after));
        return (await query.orderBy('username', order).limit(limit).execute()).map(accountOf);
      }),

    count: (filter) =>
      run(async (db) => {
        const { n } = await db
          .selectFrom('app_users')
          .select((select) => select.fn.countAll<number>().as('n'))
          .where(matching(filter))
          .executeTakeFirstOrThrow();
        return Number(n);
      }),

    holdEnabled: (role) =>
      run(async (db) => {
        const query = db
          .selectFrom('app_users')
          .select('id')
          .where('role', '=', role)
          .where('disabled', '=', 0)
          .orderBy('id');
        /**
         * Locks the rows on PostgreSQL only: on SQLite, write transactions exclude each other
         * anyway.
         */
        const rows = await (kind === 'postgres' ? query.forUpdate() : query).execute();
        return rows.map(({ id }) => id);
      }),
  };
}

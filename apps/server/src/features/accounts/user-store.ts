import type { User, UserDirectory } from '@latchkey/core';
import { type ExpressionBuilder, sql, type UpdateObject } from 'kysely';
import type { AllTables, AppDatabase } from '../../services/app-database.ts';
import { containsText } from '../../services/like.ts';

/** A user with what is needed to check a password. */
export interface UserAccount extends User {
  /** As `@node-rs/argon2` prints it (PHC string). */
  readonly passwordHash: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** What may be changed about a user. */
export type UserChange = Partial<Pick<UserAccount, 'role' | 'disabled' | 'passwordHash'>>;

/** Which users are wanted; what is left out does not restrict. */
export interface UserFilter {
  /** Names that contain it. */
  readonly search?: string | undefined;
  readonly role?: string | undefined;
  readonly disabled?: boolean | undefined;
}

export const USER_SORTS = ['username', 'createdAt'] as const;
export type UserSort = (typeof USER_SORTS)[number];

/** A part of a list of users, by name unless told otherwise. */
export interface UserPage extends UserFilter {
  readonly sort?: UserSort | undefined;
  readonly order?: 'asc' | 'desc' | undefined;
  /**
   * The last user of the page before. `createdAt` is only looked at where the list is sorted by it.
   */
  readonly after?:
    | (Pick<UserAccount, 'username'> & Partial<Pick<UserAccount, 'createdAt'>>)
    | undefined;
  readonly limit: number;
}

/**
 * The reference app's users.
 */
export interface UserStore extends Required<UserDirectory> {
  findAccount(username: string): Promise<UserAccount | null>;
  findById(userId: string): Promise<UserAccount | null>;
  /** False when the username is taken; nothing is changed then. */
  create(account: Omit<UserAccount, 'tokenVersion' | 'disabled'>): Promise<boolean>;
  /**
   * Changes a user and raises the token version: nothing that was issued before holds any longer.
   *
   * @returns the user as it is now, or `null` when there is none
   */
  change(userId: string, change: UserChange): Promise<UserAccount | null>;
  /** Replaces the hash of an unchanged password; nothing else changes. */
  rehash(userId: string, from: string, to: string): Promise<void>;
  /** False when there was none. */
  remove(userId: string): Promise<boolean>;
  list(page: UserPage): Promise<UserAccount[]>;
  count(filter: UserFilter): Promise<number>;
  /**
   * The ids of the users with that role who are not disabled, held as they are until the end of the
   * transaction.
   */
  holdEnabled(role: string): Promise<string[]>;
}

const ACCOUNT = [
  'id',
  'username',
  'role',
  'token_version as tokenVersion',
  'disabled',
  'password_hash as passwordHash',
  'created_at as createdAt',
] as const;

const raised = (set: ExpressionBuilder<AllTables, 'app_users'>) => set('token_version', '+', 1);

const matching =
  ({ search, role, disabled }: UserFilter) =>
  (where: ExpressionBuilder<AllTables, 'app_users'>) =>
    where.and([
      ...(search ? [containsText(sql.ref('username'), search)] : []),
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
  const accountOf = (row: Omit<UserAccount, 'disabled'> & { disabled: number }): UserAccount => ({
    ...row,
    disabled: row.disabled !== 0,
  });
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

    change: (userId, { role, disabled, passwordHash }) =>
      run(async (db) => {
        const fields: UpdateObject<AllTables, 'app_users'> = {
          ...(role !== undefined && { role }),
          ...(disabled !== undefined && { disabled: disabled ? 1 : 0 }),
          ...(passwordHash !== undefined && { password_hash: passwordHash }),
        };
        const row = await db
          .updateTable('app_users')
          .set((set) => ({ ...fields, token_version: raised(set) }))
          .where('id', '=', userId)
          .returning(ACCOUNT)
          .executeTakeFirst();
        return row ? accountOf(row) : null;
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
        /** Names are unique, so that they settle the order of those created at once. */
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
        /** On SQLite a transaction is alone anyway. */
        const rows = await (kind === 'postgres' ? query.forUpdate() : query).execute();
        return rows.map(({ id }) => id);
      }),
  };
}

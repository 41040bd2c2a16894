import type { User, UserDirectory } from '@latchkey/core';
import type { Kysely } from 'kysely';
import { available } from './availability.ts';
import type { Database } from './schema.ts';

/** A user with what is needed to check a password. */
export interface UserAccount extends User {
  /** As `@node-rs/argon2` prints it (PHC string). */
  readonly passwordHash: string;
}

/** The reference app's own users. Adopters with a table of their own implement `UserDirectory` instead. */
export interface UserStore extends Required<UserDirectory> {
  findAccount(username: string): Promise<UserAccount | null>;
  /** False when the username is taken; nothing is changed then. */
  create(account: Omit<UserAccount, 'tokenVersion' | 'disabled'>, at: number): Promise<boolean>;
  setDisabled(userId: string, disabled: boolean): Promise<void>;
  remove(userId: string): Promise<void>;
}

export function sqlUserStore(db: Kysely<Database>): UserStore {
  const findAccount = (username: string) =>
    available(async (): Promise<UserAccount | null> => {
      const row = await db
        .selectFrom('users')
        .select(['id', 'username', 'role', 'token_version as tokenVersion', 'disabled', 'password_hash as passwordHash'])
        .where('username', '=', username)
        .executeTakeFirst();
      return row ? { ...row, disabled: row.disabled !== 0 } : null;
    });

  return {
    findAccount,
    resolveUser: findAccount,

    create: ({ id, username, role, passwordHash }, at) =>
      available(async () => {
        const row = await db
          .insertInto('users')
          .values({ id, username, role, password_hash: passwordHash, token_version: 0, disabled: 0, created_at: at })
          .onConflict((conflict) => conflict.column('username').doNothing())
          .returning('id')
          .executeTakeFirst();
        return row !== undefined;
      }),

    raiseTokenVersion: (userId) =>
      available(async () => {
        await db
          .updateTable('users')
          .set((set) => ({ token_version: set('token_version', '+', 1) }))
          .where('id', '=', userId)
          .execute();
      }),

    setDisabled: (userId, disabled) =>
      available(async () => {
        await db
          .updateTable('users')
          .set({ disabled: disabled ? 1 : 0 })
          .where('id', '=', userId)
          .execute();
      }),

    remove: (userId) =>
      available(async () => {
        await db.deleteFrom('users').where('id', '=', userId).execute();
      }),
  };
}

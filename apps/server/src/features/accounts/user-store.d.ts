import type { User, UserDirectory } from '@latchkey/core';
import type { AppDatabase } from '../../database/app-database.ts';
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
export declare const USER_SORTS: readonly ['username', 'createdAt'];
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
 * The reference app's own users. Adopters with a table of their own implement `UserDirectory`
 * instead.
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
export declare function sqlUserStore({ run, kind }: Pick<AppDatabase, 'run' | 'kind'>): UserStore;

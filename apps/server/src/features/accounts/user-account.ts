import type { User } from '@latchkey/core';
import { z } from 'zod';
import type { UsersTable } from './users-table.ts';

/** The schema of the app's own claims in access tokens. */
export const appClaims = z.object({
  /**
   * The user signed in with a one-time password, and has to choose a password before anything
   * else.
   */
  mustChangePassword: z.literal(true).optional(),
});
export type AppClaims = z.output<typeof appClaims>;

/** A user together with the password hash. Times are milliseconds since the epoch. */
export interface UserAccount extends User {
  /** The password hash as a PHC string, as `@node-rs/argon2` prints it. */
  readonly passwordHash: string;
  readonly createdAt: number;
  /** Why the account is disabled, in words for its user. */
  readonly disabledReason: string | null;
  /** Until when the password works, once; null for a password that the user chose. */
  readonly oneTimeUntil: number | null;
  readonly oneTimeUsed: boolean;
  /** The hash of the password that a one-time password replaced, which others may know. */
  readonly barredHash: string | null;
  /** Devices that were recognised before this time count as unknown. */
  readonly devicesSince: number;
  readonly claims: AppClaims;
}

/** The fields of a user that can be changed. */
export type UserChange = Partial<
  Pick<UserAccount, 'role' | 'disabled' | 'passwordHash'> &
    Pick<UserAccount, 'disabledReason' | 'oneTimeUntil' | 'barredHash' | 'devicesSince'>
>;

/** The fields of a new user. */
export type NewUser = Pick<UserAccount, 'id' | 'username' | 'role' | 'passwordHash' | 'createdAt'>;

/** The columns of an account, for a query. */
export const ACCOUNT = [
  'id',
  'username',
  'role',
  'token_version as tokenVersion',
  'disabled',
  'password_hash as passwordHash',
  'created_at as createdAt',
  'disabled_reason as disabledReason',
  'one_time_until as oneTimeUntil',
  'one_time_used as oneTimeUsed',
  'barred_hash as barredHash',
  'devices_since as devicesSince',
] as const;

/** A row of the columns {@link ACCOUNT}. */
type AccountRow = Omit<UserAccount, 'disabled' | 'oneTimeUsed' | 'claims'> & {
  readonly disabled: number;
  readonly oneTimeUsed: number;
};

export function accountOf({ disabled, oneTimeUsed, ...row }: AccountRow): UserAccount {
  return {
    ...row,
    disabled: disabled !== 0,
    oneTimeUsed: oneTimeUsed !== 0,
    claims: row.oneTimeUntil === null ? {} : { mustChangePassword: true },
  };
}

/** Returns the columns of a change. A new password has not been used yet. */
export function columnsOf(change: UserChange): Partial<UsersTable> {
  const { role, disabled, passwordHash, disabledReason } = change;
  const { oneTimeUntil, barredHash, devicesSince } = change;
  return {
    ...(role !== undefined && { role }),
    ...(disabled !== undefined && { disabled: disabled ? 1 : 0 }),
    ...(passwordHash !== undefined && { password_hash: passwordHash, one_time_used: 0 }),
    ...(disabledReason !== undefined && { disabled_reason: disabledReason }),
    ...(oneTimeUntil !== undefined && { one_time_until: oneTimeUntil }),
    ...(barredHash !== undefined && { barred_hash: barredHash }),
    ...(devicesSince !== undefined && { devices_since: devicesSince }),
  };
}

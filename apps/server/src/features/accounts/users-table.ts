import type { Kysely } from 'kysely';

/** The users table. Times are milliseconds since the epoch; flags are 0 or 1. */
export interface UsersTable {
  id: string;
  username: string;
  password_hash: string;
  role: string;
  token_version: number;
  disabled: number;
  created_at: number;
  /** Why the account is disabled, in words for its user. */
  disabled_reason: string | null;
  /** Until when the password works once, to choose another one; null for a chosen password. */
  one_time_until: number | null;
  /** Whether the one-time password was used. */
  one_time_used: number;
  /** The hash of the password that a one-time password replaced, which may be known to others. */
  barred_hash: string | null;
  /** Devices that were recognised before this time count as unknown. */
  devices_since: number;
}

export async function createUsersTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('app_users')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('username', 'text', (column) => column.notNull().unique())
    .addColumn('password_hash', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('token_version', 'bigint', (column) => column.notNull())
    .addColumn('disabled', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('disabled_reason', 'text')
    .addColumn('one_time_until', 'bigint')
    .addColumn('one_time_used', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('barred_hash', 'text')
    .addColumn('devices_since', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  // An index for administrators' lists of users, sorted by age.
  await db.schema
    .createIndex('app_users_created_at')
    .on('app_users')
    .columns(['created_at', 'username'])
    .execute();
}

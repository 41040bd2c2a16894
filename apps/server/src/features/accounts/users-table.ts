import type { SqlKind } from '@latchkey/sql';
import { type Kysely, sql } from 'kysely';
import { createTrigramTable } from '../../services/text-search.ts';

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

export async function createUsersTable(db: Kysely<unknown>, kind: SqlKind): Promise<void> {
  const users = db.schema.createTable('app_users');
  // SQLite's index of trigrams refers to users by a number, which a vacuum must not change. Names
  // are ordered by their bytes on both databases.
  await (kind === 'sqlite'
    ? users
        .addColumn('number', 'integer', (column) => column.primaryKey())
        .addColumn('id', 'text', (column) => column.notNull().unique())
    : users.addColumn('id', 'text', (column) => column.primaryKey())
  )
    .addColumn('username', sql.raw(kind === 'postgres' ? 'text collate "C"' : 'text'), (column) =>
      column.notNull().unique(),
    )
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
  // Indexes for administrators' lists of users: sorted by age, and of a status or role.
  await db.schema
    .createIndex('app_users_created_at')
    .on('app_users')
    .columns(['created_at', 'username'])
    .execute();
  await db.schema
    .createIndex('app_users_status')
    .on('app_users')
    .columns(['disabled', 'role', 'username'])
    .execute();
  if (kind === 'sqlite') await createTrigramTable(db, 'app_users', 'number', 'username');
}

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
    .execute();
  // An index for administrators' lists of users, sorted by age.
  await db.schema
    .createIndex('app_users_created_at')
    .on('app_users')
    .columns(['created_at', 'username'])
    .execute();
  // An index for counts of the disabled users, who are few.
  await db.schema
    .createIndex('app_users_disabled')
    .on('app_users')
    .column('id')
    .where('disabled' as never, '=', 1)
    .execute();
}

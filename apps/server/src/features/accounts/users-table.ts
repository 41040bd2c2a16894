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

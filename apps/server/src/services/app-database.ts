import {
  type LatchkeyTables,
  type MigrationSet,
  type OpenDatabaseOptions,
  openDatabase,
  pendingMigrations,
  type SqlAccess,
  type SqlDatabase,
} from '@latchkey/sql';
import type { Kysely } from 'kysely';
import { createUsersTable, type UsersTable } from '../features/accounts/users-table.ts';
import { createLeasesTable, type LeasesTable } from '../features/jobs/leases-table.ts';
import { type CountersTable, createCountersTable } from '../features/limits/counters-table.ts';
import { createNoticesTable, type NoticesTable } from '../features/notices/notices-table.ts';
import {
  createSessionReceiptsTable,
  type SessionReceiptsTable,
} from '../features/receipts/session-receipts-table.ts';

/** The tables of the reference app, beside those of the packages. */
export interface AppTables {
  app_users: UsersTable;
  app_counters: CountersTable;
  app_leases: LeasesTable;
  app_session_receipts: SessionReceiptsTable;
  app_notices: NoticesTable;
}

/** Every table in the app's database. */
export type AllTables = LatchkeyTables & AppTables;

/** The database, for queries over the app's own tables. */
export type AppDatabase = SqlAccess<AppTables>;

async function up(db: Kysely<unknown>): Promise<void> {
  await createUsersTable(db);
  await createCountersTable(db);
  await createLeasesTable(db);
  await createSessionReceiptsTable(db);
  await createNoticesTable(db);
}

const APP_MIGRATIONS: MigrationSet = {
  recordedIn: 'app_migrations',
  tables: ['app_users', 'app_counters', 'app_leases', 'app_session_receipts', 'app_notices'],
  migrations: () => ({ '001-initial': { up } }),
};

/** Returns an open database for queries over the app's own tables. */
export const appTables = (database: SqlDatabase): AppDatabase => database.withTables<AppTables>();

/**
 * Opens the database with the tables of the packages and of the app, and runs their migrations.
 *
 * @throws as openDatabase
 */
export const openAppDatabase = (
  url: string,
  options: Omit<OpenDatabaseOptions, 'migrations'> = {},
): Promise<SqlDatabase> => openDatabase(url, { ...options, migrations: APP_MIGRATIONS });

/**
 * Returns the migrations that opening the app's database would run.
 *
 * @throws as pendingMigrations
 */
export const pendingAppMigrations = (url: string) =>
  pendingMigrations(url, { migrations: APP_MIGRATIONS });

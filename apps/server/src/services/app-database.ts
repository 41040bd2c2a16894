import {
  type LatchkeyTables,
  type MigrationSet,
  type OpenDatabaseOptions,
  openDatabase,
  pendingMigrations,
  type SqlAccess,
  type SqlDatabase,
  type SqlKind,
} from '@latchkey/sql';
import type { Kysely } from 'kysely';
import { createUsersTable, type UsersTable } from '../features/accounts/users-table.ts';
import {
  type AuditSpansTable,
  type AuditTextsTable,
  createAuditSearch,
} from '../features/audit/search/search-tables.ts';
import {
  type AuditCountsCursorTable,
  type AuditCountsTable,
  createAuditCountsTables,
} from '../features/audit-counts/audit-counts-table.ts';

import { createLeasesTable, type LeasesTable } from '../features/jobs/leases-table.ts';
import { type CountersTable, createCountersTable } from '../features/limits/counters-table.ts';
import { createNoticesTable, type NoticesTable } from '../features/notices/notices-table.ts';
import {
  createSessionReceiptsTable,
  type SessionReceiptsTable,
} from '../features/receipts/session-receipts-table.ts';
import { createTrigramIndexes } from './text-search.ts';

/** The tables of the reference app, beside those of the packages. */
export interface AppTables {
  app_users: UsersTable;
  app_counters: CountersTable;
  app_leases: LeasesTable;
  app_session_receipts: SessionReceiptsTable;
  app_notices: NoticesTable;
  app_audit_counts: AuditCountsTable;
  app_audit_counts_cursor: AuditCountsCursorTable;
  app_audit_texts: AuditTextsTable;
  app_audit_spans: AuditSpansTable;
}

/** Every table in the app's database. */
export type AllTables = LatchkeyTables & AppTables;

/** The database, for queries over the app's own tables. */
export type AppDatabase = SqlAccess<AppTables>;

async function up(db: Kysely<unknown>, kind: SqlKind): Promise<void> {
  await createUsersTable(db, kind);
  await createCountersTable(db);
  await createLeasesTable(db);
  await createSessionReceiptsTable(db, kind);
  await createNoticesTable(db);
  await createAuditCountsTables(db);
  await createAuditSearch(db, kind);
}

const APP_MIGRATIONS: MigrationSet = {
  recordedIn: 'app_migrations',
  tables: [
    'app_users',
    'app_counters',
    'app_leases',
    'app_session_receipts',
    'app_notices',
    'app_audit_counts',
    'app_audit_counts_cursor',
    'app_audit_texts',
    'app_audit_spans',
  ],
  migrations: (kind) => ({ '001-initial': { up: (db) => up(db, kind) } }),
};

/** Returns an open database for queries over the app's own tables. */
export const appTables = (database: SqlDatabase): AppDatabase => database.withTables<AppTables>();

/**
 * Opens the database with the tables of the packages and of the app, and runs their migrations.
 *
 * @throws as openDatabase
 */
export async function openAppDatabase(
  url: string,
  options: Omit<OpenDatabaseOptions, 'migrations'> = {},
): Promise<SqlDatabase> {
  const database = await openDatabase(url, { ...options, migrations: APP_MIGRATIONS });
  await createTrigramIndexes(appTables(database));
  return database;
}

/**
 * Returns the migrations that opening the app's database would run.
 *
 * @throws as pendingMigrations
 */
export const pendingAppMigrations = (url: string) =>
  pendingMigrations(url, { migrations: APP_MIGRATIONS });

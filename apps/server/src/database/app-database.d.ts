import { type LatchkeyTables, type SqlAccess, type SqlDatabase } from '@latchkey/sql';
import { type UsersTable } from '../features/accounts/users-table.ts';
import { type LeasesTable } from '../features/jobs/leases-table.ts';
import { type CountersTable } from '../features/limits/counters-table.ts';
import { type SessionReceiptsTable } from '../features/receipts/session-receipts-table.ts';
/** The app's own tables, beside those of the packages. */
export interface AppTables {
  app_users: UsersTable;
  app_counters: CountersTable;
  app_leases: LeasesTable;
  app_session_receipts: SessionReceiptsTable;
}
/** Every table in the app's database. */
export type AllTables = LatchkeyTables & AppTables;
/** The database, for queries over the app's own tables. */
export type AppDatabase = SqlAccess<AppTables>;
/** The view of an open database for queries over the app's own tables. */
export declare const appTables: (database: SqlDatabase) => AppDatabase;
/** Opens the database with the tables of the packages and the app's own. @throws as openDatabase */
export declare function openAppDatabase(
  url: string,
  {
    poolSize,
  }?: {
    readonly poolSize?: number;
  },
): Promise<SqlDatabase>;
/** What opening would run. @throws as pendingMigrations */
export declare const pendingAppMigrations: (
  url: string,
) => Promise<import('@latchkey/sql').PendingMigration[]>;

/**
 * Stores in SQL, on Kysely: SQLite by Node's own driver, or PostgreSQL. {@link openDatabase} opens
 * and migrates the database; {@link sqlSessionStore}, {@link sqlRevocationFeed} and the others take
 * it. Every table begins with `latchkey_`.
 *
 * @packageDocumentation
 */

export {
  type AuditEntry,
  type AuditFilter,
  type AuditRecord,
  auditRecordOf,
  type SqlAuditLog,
  sqlAuditLog,
} from './audit/audit-log.ts';
export type { AuditRemoval } from './audit/audit-removals.ts';
export {
  type AuditPruneOptions,
  type AuditPruning,
  type AuditRetention,
  sqlAuditRetention,
} from './audit/audit-retention.ts';
export {
  type AuditSeals,
  type AuditVerdict,
  type Seal,
  sqlAuditSeals,
} from './audit/audit-seals.ts';
export type { KyselyInstance } from './connection/borrowed/borrowed-kysely.ts';
export type { PgPool, PgPoolClient } from './connection/borrowed/borrowed-pool.ts';
export type { DatabaseSource } from './connection/borrowed/database-source.ts';
export type { SqlTransaction } from './connection/borrowed/transaction-driver.ts';
export type { OpenDatabaseOptions, PlaceOptions } from './connection/database-options.ts';
export type { SqlKind } from './connection/dialects.ts';
export { inChunks } from './connection/in-chunks.ts';
export type { Listener } from './connection/postgres/listener.ts';
export type { SqlScope } from './connection/scope.ts';
export type { SqliteHandle, SqliteStatementHandle } from './connection/sqlite/node-sqlite.ts';
export {
  type ClockCorrected,
  followStoreClock,
  type StoreClock,
  type StoreClockOptions,
} from './connection/store-clock.ts';
export {
  AUDIT_COLUMNS,
  type AuditEventsTable,
  type AuditRemovalsTable,
  type AuditSealsTable,
  type KeysTable,
  type LatchkeyTables,
  type RevocationNoticesTable,
  type RevocationsTable,
  type SessionsTable,
} from './connection/tables.ts';
export {
  openDatabase,
  readDatabaseTime,
  type SqlAccess,
  type SqlDatabase,
} from './database.ts';
export { sqlKeyTable } from './keys/key-table.ts';
export type { MigrationSet } from './migrations/migration-set.ts';
export { type MigrationSqlOptions, migrationSql } from './migrations/migration-sql.ts';
export { type PendingMigration, pendingMigrations } from './migrations/pending-migrations.ts';
export { type SqlRevocationFeed, sqlRevocationFeed } from './revocations/revocation-feed.ts';
export { type SqlRevocationLog, sqlRevocationLog } from './revocations/revocation-log.ts';
export {
  type FoundSessions,
  type LiveSessionsCursor,
  type LiveSessionsPage,
  type SqlLiveSessions,
  sqlLiveSessions,
} from './sessions/live-sessions.ts';
export { sqlSessionStore } from './sessions/session-store.ts';

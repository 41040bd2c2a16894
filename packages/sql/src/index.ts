export {
  type AuditEntry,
  type AuditFilter,
  type AuditRecord,
  type SqlAuditLog,
  sqlAuditLog,
} from './audit/audit-log.ts';
export {
  type AuditSeals,
  type AuditVerdict,
  type Seal,
  sqlAuditSeals,
} from './audit/audit-seals.ts';
export { type AuditCount, type AuditSpan, bucketStart } from './audit-counts.ts';
export {
  type AuditQuery,
  type NamedAuditRecord,
  type SqlAuditSearch,
  sqlAuditSearch,
} from './audit-search.ts';
export {
  type ClockCorrected,
  followStoreClock,
  type StoreClock,
  type StoreClockOptions,
} from './connection/store-clock.ts';
export type { Database } from './connection/tables.ts';
export { sqlCounters } from './counters.ts';
export { openDatabase, readDatabaseTime, type SqlDatabase } from './database.ts';
export { sqlKeyTable } from './keys/key-table.ts';
export { type Leases, sqlLeases } from './leases.ts';
export { migrate } from './migrations/migrate.ts';
export { type PendingMigration, pendingMigrations } from './migrations/pending-migrations.ts';
export { type SqlRevocationFeed, sqlRevocationFeed } from './revocations/revocation-feed.ts';
export { type SqlRevocationLog, sqlRevocationLog } from './revocations/revocation-log.ts';
export {
  type SessionReceipt,
  type SqlSessionReceipts,
  sqlSessionReceipts,
} from './session-receipts.ts';
export {
  type LiveSessionsPage,
  type SqlLiveSessions,
  sqlLiveSessions,
} from './sessions/live-sessions.ts';
export { sqlSessionStore } from './sessions/session-store.ts';
export {
  sqlUserStore,
  USER_SORTS,
  type UserAccount,
  type UserChange,
  type UserFilter,
  type UserPage,
  type UserSort,
  type UserStore,
} from './user-store.ts';

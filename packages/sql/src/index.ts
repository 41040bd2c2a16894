export { type AuditCount, type AuditSpan, bucketStart } from './audit-counts.ts';
export {
  type AuditEntry,
  type AuditFilter,
  type AuditRecord,
  type SqlAuditLog,
  sqlAuditLog,
} from './audit-log.ts';
export { type AuditSeals, type AuditVerdict, type Seal, sqlAuditSeals } from './audit-seals.ts';
export {
  type AuditQuery,
  type NamedAuditRecord,
  type SqlAuditSearch,
  sqlAuditSearch,
} from './audit-search.ts';
export { sqlCounters } from './counters.ts';
export { openDatabase, readDatabaseTime, type SqlDatabase } from './database.ts';
export { sqlKeyTable } from './key-table.ts';
export { type Leases, sqlLeases } from './leases.ts';
export { type LiveSessionsPage, type SqlLiveSessions, sqlLiveSessions } from './live-sessions.ts';
export { migrate } from './migrate.ts';
export { type PendingMigration, pendingMigrations } from './pending-migrations.ts';
export { type SqlRevocationFeed, sqlRevocationFeed } from './revocation-feed.ts';
export { type SqlRevocationLog, sqlRevocationLog } from './revocation-log.ts';
export type { Database } from './schema.ts';
export {
  type SessionReceipt,
  type SqlSessionReceipts,
  sqlSessionReceipts,
} from './session-receipts.ts';
export { sqlSessionStore } from './session-store.ts';
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

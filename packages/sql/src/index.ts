export { type AuditEntry, type AuditFilter, type AuditRecord, type SqlAuditLog, sqlAuditLog } from './audit-log.ts';
export { type AuditSeals, type AuditVerdict, type Seal, sqlAuditSeals } from './audit-seals.ts';
export { openDatabase, type SqlDatabase } from './database.ts';
export { type Leases, sqlLeases } from './leases.ts';
export { migrate } from './migrate.ts';
export { sqlRevocationLog } from './revocation-log.ts';
export type { Database } from './schema.ts';
export { sqlSessionStore } from './session-store.ts';
export { sqlUserStore, type UserAccount, type UserChange, type UserStore } from './user-store.ts';

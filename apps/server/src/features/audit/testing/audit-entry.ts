import type { AuditEntry } from '@latchkey/sql';

/** Something that was kept in the audit log, with whatever a test needs to be different. */
export function auditEntry(fields: Partial<AuditEntry> & Record<string, unknown> = {}): AuditEntry {
  return {
    kind: 'password.changed',
    at: 1,
    actorId: 'a',
    userId: 'u',
    sessionId: 's',
    ipAddress: '::1',
    userAgent: 'agent',
    ...fields,
  };
}

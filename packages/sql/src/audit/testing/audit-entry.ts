import type { AuditEntry } from '../audit-log.ts';

/** A stored entry of the audit log, with the fields that a test overrides. */
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

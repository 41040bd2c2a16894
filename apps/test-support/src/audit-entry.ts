import type { EventBase } from '@latchkey/core';

type Entry = EventBase & { readonly kind: string; readonly reason?: string | null };

/** Creates an entry of the audit log, with the fields that a test overrides. */
export function auditEntry(fields: Partial<Entry> & Record<string, unknown> = {}): Entry {
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

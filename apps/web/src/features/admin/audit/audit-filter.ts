import * as adminAudit from '#messages/admin/audit.ts';
import type { AuditSearch, Topic } from './audit-search.ts';

/** The topics of the audit log, each with its name and its kinds of events. */
export const TOPICS = {
  'sign-ins': [
    adminAudit.topicSignIns,
    ['session.issued', 'sign_in.refused', 'session.reauthenticated', 'password.refused'],
  ],
  sessions: [adminAudit.topicSessions, ['session.revoked', 'session.reuse']],
  incidents: [
    adminAudit.topicIncidents,
    [
      'session.reuse',
      'session.shared',
      'session.recovered',
      'sign_in.refused',
      'refresh.refused',
      'password.refused',
    ],
  ],
  accounts: [
    adminAudit.topicAccounts,
    [
      'user.created',
      'user.disabled',
      'user.enabled',
      'user.removed',
      'role.changed',
      'password.changed',
    ],
  ],
  keys: [adminAudit.topicKeys, ['keys.rotated', 'keys.removed', 'audit.exported', 'audit.pruned']],
} as const satisfies Record<Topic, unknown>;

interface AuditFilter {
  readonly kinds: (typeof TOPICS)[Topic][1][number][] | undefined;
  readonly actor: string | undefined;
  readonly text: string | undefined;
  readonly sessionId: string | undefined;
  readonly since: number | undefined;
  readonly until: number | undefined;
}

/**
 * Converts the search parameters to the server's filter. Days begin and end at midnight in the
 * user's time zone.
 */
export function auditFilterOf({
  about,
  actor,
  text,
  from,
  to,
  sessionId,
}: AuditSearch): AuditFilter {
  return {
    kinds: about && [...TOPICS[about][1]],
    actor,
    text,
    sessionId,
    since: from === undefined ? undefined : new Date(`${from}T00:00`).getTime(),
    until: to === undefined ? undefined : new Date(`${to}T24:00`).getTime(),
  };
}

/** Returns the URL of a CSV file with the entries that the page shows. */
export function csvUrlOf(search: AuditSearch): string {
  const params = Object.entries(auditFilterOf(search)).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : `${value}`]],
  );
  return `/admin/audit.csv?${new URLSearchParams(params)}`;
}

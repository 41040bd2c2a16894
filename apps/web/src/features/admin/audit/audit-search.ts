import { oneOf, textOf } from '../../../lib/navigation/search-values.ts';

/**
 * The topics by which the audit log can be filtered; audit-filter.ts has their names and kinds of
 * events.
 */
const TOPIC_KEYS = ['sign-ins', 'sessions', 'incidents', 'accounts', 'keys'] as const;
export type Topic = (typeof TOPIC_KEYS)[number];

/** The search parameters of the audit page. */
export interface AuditSearch {
  about?: Topic | undefined;
  actor?: string | undefined;
  text?: string | undefined;
  /** The first and the last day to show, both included: `2026-11-24`. */
  from?: string | undefined;
  to?: string | undefined;
  sessionId?: string | undefined;
  before?: number | undefined;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const dayOf = (value: unknown) =>
  typeof value === 'string' && DAY.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : undefined;

export function auditSearchOf(given: Record<string, unknown>): AuditSearch {
  const before = Number(given.before);
  return {
    about: oneOf(given.about, TOPIC_KEYS),
    actor: textOf(given.actor, 256),
    text: textOf(given.text, 128),
    from: dayOf(given.from),
    to: dayOf(given.to),
    sessionId: textOf(given.sessionId, 256),
    before: Number.isSafeInteger(before) && before > 0 ? before : undefined,
  };
}

import type { AuditRecord } from '@latchkey/sql';
import { z } from 'zod';
import { textMatch } from '../admin/admin-input.ts';
import { describeUserAgent } from '../sessions/listed-session.ts';
import type { NamedAuditRecord } from './audit-search.ts';

/** The schema of an audit record for display. */
export const auditView = z.object({
  id: z.number(),
  /** When the event happened, in milliseconds since the epoch. */
  at: z.number(),
  kind: z.string(),
  actorId: z.string().nullable(),
  userId: z.string().nullable(),
  sessionId: z.string().nullable(),
  reason: z.string().nullable(),
  ipAddress: z.string().nullable(),
  browser: z.string().nullable(),
  system: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  sealed: z.boolean(),
});

export const auditPage = z.object({
  events: z.array(auditView),
  /** The cursor of the next page, to pass as `before`; null on the last page. */
  next: z.number().nullable(),
});

/** The schema of an audit record for administrators, with usernames. */
export const namedAuditView = auditView.extend({
  actorName: z.string().nullable(),
  username: z.string().nullable(),
  /** The session's reference for support; null before it has ended. */
  reference: z.string().nullable(),
});

export const namedAuditPage = auditPage.extend({
  events: z.array(namedAuditView),
  /**
   * Whether the search stopped before the page was full, because it had looked at many events: go
   * on at `next`.
   */
  partial: z.boolean(),
  /** Where in usernames and reasons the text was searched for; null without a text. */
  match: textMatch.nullable(),
});

/**
 * The kinds of events in which another person acts on an account. Without an actor it was an
 * operator, or the actor is unknown. Attempts of strangers on an account are shown to its owner.
 */
const ACTS = new Set([
  'session.revoked',
  'user.created',
  'user.disabled',
  'user.enabled',
  'user.removed',
  'user.rescued',
  'role.changed',
  'password.changed',
]);

/**
 * Converts an audit record for display.
 *
 * @param viewerId for a user who views their own events: hides an administrator's address and
 *   stated reason
 */
export function auditViewOf(
  { userAgent, ...record }: AuditRecord,
  viewerId?: string,
): z.output<typeof auditView> {
  const isForeign =
    viewerId !== undefined &&
    record.actorId !== viewerId &&
    (record.actorId !== null || ACTS.has(record.kind));
  const details =
    viewerId === undefined || record.actorId === viewerId
      ? record.details
      : withoutStatedReason(record.details);
  return {
    ...record,
    ipAddress: isForeign ? null : record.ipAddress,
    ...describeUserAgent(isForeign ? null : userAgent),
    details,
  };
}

function withoutStatedReason(details: AuditRecord['details']): AuditRecord['details'] {
  const { statedReason: _, ...rest } = details;
  return rest;
}

export function namedAuditViewOf({
  actorName,
  username,
  reference,
  ...record
}: NamedAuditRecord): z.output<typeof namedAuditView> {
  return { ...auditViewOf(record), actorName, username, reference };
}

/**
 * Converts one page of audit records for display.
 *
 * @param viewerId as for {@link auditViewOf}
 */
export function auditPageOf(
  records: readonly AuditRecord[],
  limit: number,
  viewerId?: string,
): z.output<typeof auditPage> {
  const events = records.map((record) => auditViewOf(record, viewerId));
  return { events, next: records.length < limit ? null : (records.at(-1)?.id ?? null) };
}

/** The input of procedures that list events. */
export const pageInput = z.object({
  before: z.number().int().positive().optional(),
  limit: z.number().int().min(1).max(200).default(50),
});

/**
 * The input of a subscription: it resumes after the event with this id; by default with the next
 * event.
 */
export const resumeInput = z
  .object({
    lastEventId: z
      .string()
      .regex(/^\d{1,15}$/, 'must be the id of an event')
      .transform(Number)
      .optional(),
  })
  .prefault({});

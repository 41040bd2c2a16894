import { z } from 'zod';
import { usernameOf } from '../accounts/account-rules.ts';
import { id, text } from '../admin/admin-input.ts';
import { AUDIT_KINDS } from './account-event.ts';
import type { AuditQuery } from './audit-search.ts';

/** The schema of a time in milliseconds since the epoch, within the range of `Date`. */
export const instant = z.number().int().min(0).max(8.64e15);

/** A filter of the audit log; an omitted field does not restrict. */
export const auditFilter = z.object({
  /** The user who acted: a username or a user's id. */
  actor: id.optional(),
  /** The user whom the event concerns: a username or a user's id. */
  userId: id.optional(),
  sessionId: id.optional(),
  kind: z.enum(AUDIT_KINDS).optional(),
  kinds: z.array(z.enum(AUDIT_KINDS)).min(1).max(AUDIT_KINDS.length).optional(),
  /** Times in milliseconds since the epoch; `until` is exclusive. */
  since: instant.optional(),
  until: instant.optional(),
  /** A part of a visible text: a username, an IP address, a session's reference, a reason. */
  text: text(128).trim().min(1).optional(),
});

/** The schema of a time in a query string. */
const instantText = z
  .string()
  .regex(/^\d{1,16}$/, 'must be a time in milliseconds since the epoch')
  .transform(Number)
  .pipe(instant);

/**
 * The schema of the audit filter in a query string. An unknown name is refused: it must not widen
 * the export to the whole log.
 */
export const auditFilterText = z.strictObject({
  ...auditFilter.shape,
  /** The kinds of events, separated by commas or repeated. */
  kinds: z
    .union([z.string().max(1_000), z.array(z.string().max(1_000)).max(AUDIT_KINDS.length)])
    .transform((given) => [given].flat().flatMap((text) => text.split(',')))
    .pipe(auditFilter.shape.kinds.unwrap())
    .optional(),
  since: instantText.optional(),
  until: instantText.optional(),
});

export function auditQueryOf({
  actor,
  ...rest
}: z.output<typeof auditFilter>): Omit<AuditQuery, 'limit'> {
  return {
    ...rest,
    actors: actor === undefined ? undefined : [...new Set([actor, usernameOf(actor)])],
  };
}

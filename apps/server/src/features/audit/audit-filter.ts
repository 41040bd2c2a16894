import { z } from 'zod';
import { usernameOf } from '../accounts/account-rules.ts';
import { id, text } from '../admin/admin-input.ts';
import { AUDIT_KINDS } from './account-event.ts';
import type { AuditQuery } from './audit-search.ts';

/** Milliseconds since the epoch, as far as JavaScript can name them. */
export const instant = z.number().int().min(0).max(8.64e15);

/** How administrators narrow the audit log down; what is left out does not. */
export const auditFilter = z.object({
  /** Who did it: a username or a user's id. */
  actor: id.optional(),
  /** Whom it is about. */
  userId: id.optional(),
  sessionId: id.optional(),
  kind: z.enum(AUDIT_KINDS).optional(),
  kinds: z.array(z.enum(AUDIT_KINDS)).min(1).max(AUDIT_KINDS.length).optional(),
  /** Milliseconds since the epoch; `until` itself does not belong to it. */
  since: instant.optional(),
  until: instant.optional(),
  /** A part of what people read in a row: a name, an address, a reference, a reason. */
  text: text(128).trim().min(1).optional(),
});

/** An instant as a query spells it. */
const instantText = z
  .string()
  .regex(/^\d{1,16}$/, 'must be an instant in milliseconds since the epoch')
  .transform(Number)
  .pipe(instant);

/**
 * The same from the query of an address. What is misspelt is refused: it must not come to the whole
 * log.
 */
export const auditFilterText = z.strictObject({
  ...auditFilter.shape,
  /** Separated by commas, or given several times. */
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

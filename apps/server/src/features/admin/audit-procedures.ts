import type { AuditSeals, SqlAuditLog } from '@latchkey/sql';
import { tracked } from '@trpc/server';
// Named so that a subscription's type can be written down (TS2883).
import type {} from '@trpc/server/unstable-core-do-not-import';
import { z } from 'zod';
import { adminProcedure } from '../../trpc.ts';
import { AUDIT_KINDS } from '../audit/account-event.ts';
import type { AuditTail } from '../audit/audit-tail.ts';
import { auditPage, auditPageOf, auditViewOf, pageInput, resumeInput } from '../audit/audit-view.ts';
import { id } from './admin-input.ts';

export interface AuditProcedureDependencies {
  readonly auditLog: SqlAuditLog;
  readonly tail: AuditTail;
  readonly seals: AuditSeals;
}

/** What administrators see of the audit log. */
export function auditProcedures({ auditLog, tail, seals }: AuditProcedureDependencies) {
  return {
    /** The audit log, the newest first. */
    audit: adminProcedure
      .input(pageInput.extend({ userId: id.optional(), sessionId: id.optional(), kind: z.enum(AUDIT_KINDS).optional() }).prefault({}))
      .output(auditPage)
      .query(async ({ input }) => auditPageOf(await auditLog.list(input), input.limit)),

    /** The same as it is written. */
    watchAudit: adminProcedure.input(resumeInput).subscription(async function* ({ ctx: { signal }, input }) {
      for await (const { position, record } of tail.follow({ after: input.lastEventId, signal })) yield tracked(String(position), auditViewOf(record));
    }),

    /** Whether the audit log is as it was sealed. */
    verifyAudit: adminProcedure
      .output(
        z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('intact'), seals: z.number(), events: z.number(), unsealed: z.number(), hash: z.string().nullable() }),
          z.object({ kind: z.literal('broken'), seal: z.number(), why: z.string() }),
        ]),
      )
      .query(() => seals.verify()),
  };
}

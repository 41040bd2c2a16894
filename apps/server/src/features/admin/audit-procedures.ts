import type { AuditSeals, SqlAuditSearch } from '@latchkey/sql';
import { tracked } from '@trpc/server';
// Named so that a subscription's type can be written down (TS2883).
import type {} from '@trpc/server/unstable-core-do-not-import';
import { z } from 'zod';
import { adminProcedure } from '../../trpc.ts';
import { auditFilter, auditQueryOf } from '../audit/audit-filter.ts';
import type { AuditTail } from '../audit/audit-tail.ts';
import { auditViewOf, namedAuditPage, namedAuditViewOf, pageInput, resumeInput } from '../audit/audit-view.ts';

export interface AuditProcedureDependencies {
  readonly auditSearch: SqlAuditSearch;
  readonly tail: AuditTail;
  readonly seals: AuditSeals;
}

/** What administrators see of the audit log. */
export function auditProcedures({ auditSearch, tail, seals }: AuditProcedureDependencies) {
  return {
    /** The audit log, the newest first. */
    audit: adminProcedure
      .input(auditFilter.extend(pageInput.shape).prefault({}))
      .output(namedAuditPage)
      .query(async ({ input: { before, limit, ...filter } }) => {
        const found = await auditSearch.search({ ...auditQueryOf(filter), before, limit });
        return { events: found.map(namedAuditViewOf), next: found.length < limit ? null : (found.at(-1)?.id ?? null) };
      }),

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

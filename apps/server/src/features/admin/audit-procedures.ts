import type { Clock } from '@latchkey/core';
import type { AuditSeals } from '@latchkey/sql';
import { tracked } from '@trpc/server';
// Imported so that TypeScript can name the type of a subscription (TS2883).
import type {} from '@trpc/server/unstable-core-do-not-import';
import { z } from 'zod';
import { adminProcedure } from '../../api/trpc.ts';
import { textFile } from '../../edge/files/file-answer.ts';
import { auditCsv } from '../audit/audit-export.ts';
import { auditFilter, auditFilterText, auditQueryOf } from '../audit/audit-filter.ts';
import type { SqlAuditSearch } from '../audit/audit-search.ts';
import type { AuditTail } from '../audit/audit-tail.ts';
import type { AuditTrail } from '../audit/audit-trail.ts';
import {
  auditViewOf,
  namedAuditPage,
  namedAuditViewOf,
  pageInput,
  resumeInput,
} from '../audit/audit-view.ts';

export interface AuditProcedureDependencies {
  readonly auditSearch: SqlAuditSearch;
  readonly tail: AuditTail;
  readonly seals: AuditSeals;
  readonly trail: Pick<AuditTrail, 'append'>;
  readonly clock: Clock;
}

/** Procedures for the audit log. */
export function auditProcedures({
  auditSearch,
  tail,
  seals,
  trail,
  clock,
}: AuditProcedureDependencies) {
  return {
    /** Searches the audit log, newest first. */
    audit: adminProcedure
      .input(auditFilter.extend(pageInput.shape).prefault({}))
      .output(namedAuditPage)
      .query(async ({ input: { before, limit, ...filter } }) => {
        const { records, next, isPartial, match } = await auditSearch.search({
          ...auditQueryOf(filter),
          after: before,
          limit,
        });
        return { events: records.map(namedAuditViewOf), next, partial: isPartial, match };
      }),

    /** Exports the filtered audit log as CSV. The export itself is an audit event. */
    exportAudit: adminProcedure
      .meta({
        openapi: {
          method: 'GET',
          path: '/admin/audit.csv',
          summary: 'The audit log as CSV',
          tags: ['Administration'],
          errorResponses: [400, 401, 403, 503],
        },
      })
      .input(auditFilterText.prefault({}))
      .output(textFile('text/csv'))
      .query(({ ctx: { actor }, input: filter }) => {
        const { userId: actorId, ...client } = actor;
        const at = clock.now();
        const event = {
          kind: 'audit.exported' as const,
          at,
          actorId,
          userId: null,
          sessionId: null,
          ...client,
          filter,
        };
        const name = `audit-${new Date(at).toISOString().replace(/[:.]/g, '-')}.csv`;
        return {
          name,
          type: 'text/csv',
          chunks: auditCsv(auditSearch, auditQueryOf(filter), () => trail.append([event])),
        };
      }),

    /** Streams the audit log as it is written. */
    watchAudit: adminProcedure.input(resumeInput).subscription(async function* ({
      ctx: { signal },
      input,
    }) {
      for await (const { position, record } of tail.follow({ after: input.lastEventId, signal }))
        yield tracked(String(position), auditViewOf(record));
    }),

    /** Verifies the audit log against its seals. */
    verifyAudit: adminProcedure
      .output(
        z.discriminatedUnion('kind', [
          z.object({
            kind: z.literal('intact'),
            seals: z.number(),
            events: z.number(),
            unsealed: z.number(),
            hash: z.string().nullable(),
          }),
          z.object({ kind: z.literal('broken'), seal: z.number(), why: z.string() }),
        ]),
      )
      .query(() => seals.verify()),
  };
}

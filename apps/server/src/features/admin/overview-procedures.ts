import type { Clock } from '@latchkey/core';
import { type AuditCount, bucketStart, type SqlAuditSearch, type SqlLiveSessions, type UserStore } from '@latchkey/sql';
import { z } from 'zod';
import { adminProcedure } from '../../trpc.ts';
import type { AUDIT_KINDS } from '../audit/account-event.ts';
import { instant } from '../audit/audit-filter.ts';
import { COUNT_AT_MOST } from '../metrics/live-sessions.ts';

export interface OverviewDependencies {
  readonly auditSearch: SqlAuditSearch;
  readonly users: UserStore;
  readonly liveSessions: SqlLiveSessions | null;
  readonly clock: Clock;
}

const MAX_SPAN_MS = 366 * 86_400_000;

/** What happened how often in one part of the time. */
const counts = z.object({
  signIns: z.number(),
  refusedSignIns: z.number(),
  /** Each session and reason once in ten minutes and node, however often its browser repeats itself. */
  refusedRefreshes: z.number(),
  reuses: z.number(),
  /** Sessions that their owner ended where they were: signed out, or signed in anew in the same browser. */
  signOuts: z.number(),
  /** Sessions that were ended from elsewhere, or with a change of the account; not those that a reuse ended. */
  revocations: z.number(),
});
type Series = keyof z.output<typeof counts>;

const SERIES: Readonly<Record<string, (reason: string | null) => Series>> = {
  'session.issued': () => 'signIns',
  'sign_in.refused': () => 'refusedSignIns',
  'refresh.refused': () => 'refusedRefreshes',
  'session.reuse': () => 'reuses',
  'session.revoked': (reason) => (reason === 'signed_out' || reason === 'replaced' ? 'signOuts' : 'revocations'),
} satisfies Partial<Record<(typeof AUDIT_KINDS)[number], (reason: string | null) => Series>>;

/** Refreshes that succeed are not in it: no event is written for them. */
export function overviewProcedures({ auditSearch, users, liveSessions, clock }: OverviewDependencies) {
  return {
    /** What happened over a time, cut into equal parts, and how things stand now. */
    overview: adminProcedure
      .input(
        z
          .object({ since: instant, until: instant, buckets: z.number().int().min(1).max(100) })
          .refine(({ since, until, buckets }) => until - since >= buckets, { path: ['until'], error: 'must leave a millisecond for each part' })
          .refine(({ since, until }) => until - since <= MAX_SPAN_MS, { path: ['until'], error: 'must be 366 days after `since` at most' }),
      )
      .output(
        z.object({
          buckets: z.array(counts.extend({ since: z.number(), until: z.number() })),
          totals: z.object({
            users: z.number(),
            disabledUsers: z.number(),
            /** Counted to 100,000 at most; null where sessions live in Redis. */
            liveSessions: z.number().nullable(),
          }),
        }),
      )
      .query(async ({ input }) => {
        const [counted, all, disabledUsers, live] = await Promise.all([
          auditSearch.count({ ...input, kinds: Object.keys(SERIES) }),
          users.count({}),
          users.count({ disabled: true }),
          liveSessions?.count(clock.now(), COUNT_AT_MOST) ?? null,
        ]);
        return { buckets: bucketsOf(input, counted), totals: { users: all, disabledUsers, liveSessions: live } };
      }),
  };
}

function bucketsOf(span: { readonly since: number; readonly until: number; readonly buckets: number }, counted: readonly AuditCount[]) {
  const buckets = Array.from({ length: span.buckets }, (_, bucket) => ({
    since: bucketStart(span, bucket),
    until: bucketStart(span, bucket + 1),
    signIns: 0,
    refusedSignIns: 0,
    refusedRefreshes: 0,
    reuses: 0,
    signOuts: 0,
    revocations: 0,
  }));
  for (const { bucket, kind, reason, count } of counted) {
    const series = SERIES[kind]?.(reason);
    const into = buckets[bucket];
    if (series && into) into[series] += count;
  }
  return buckets;
}

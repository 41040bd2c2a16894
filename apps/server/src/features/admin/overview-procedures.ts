import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@latchkey/core';
import type { SqlDatabase, SqlLiveSessions } from '@latchkey/sql';
import { z } from 'zod';
import { adminProcedure } from '../../api/trpc.ts';
import { appTables } from '../../services/app-database.ts';
import type { AUDIT_KINDS } from '../audit/account-event.ts';
import { type AuditCount, bucketStart, HOUR_MS } from '../audit/audit-counts.ts';
import type { SqlAuditSearch } from '../audit/audit-search.ts';
import type { KeptCounts } from '../audit-counts/keep-counts.ts';
import { COUNT_AT_MOST } from '../metrics/live-sessions.ts';
import { countUsers } from './count-users.ts';

export interface OverviewDependencies {
  readonly auditSearch: SqlAuditSearch;
  readonly auditCounts: KeptCounts;
  readonly database: SqlDatabase;
  readonly liveSessions: SqlLiveSessions | null;
  readonly clock: Clock;
}

const MAX_HOURS = 366 * 24;

/** Numbers of events in one interval of the chart. */
const counts = z.object({
  signIns: z.number(),
  refusedSignIns: z.number(),
  /**
   * Number of refused refreshes; repeated ones of a session, reason and node count once in ten
   * minutes.
   */
  refusedRefreshes: z.number(),
  reuses: z.number(),
  /** Number of sessions that users ended in their own browser: by sign-out, or by a new sign-in. */
  signOuts: z.number(),
  /**
   * Number of sessions ended from elsewhere or by a change of the account, without those ended by
   * reuse.
   */
  revocations: z.number(),
});
type Series = keyof z.output<typeof counts>;

const SERIES: Readonly<Record<string, (reason: string | null) => Series>> = {
  'session.issued': () => 'signIns',
  'sign_in.refused': () => 'refusedSignIns',
  'refresh.refused': () => 'refusedRefreshes',
  'session.reuse': () => 'reuses',
  'session.revoked': (reason) =>
    reason === 'signed_out' || reason === 'replaced' ? 'signOuts' : 'revocations',
} satisfies Partial<Record<(typeof AUDIT_KINDS)[number], (reason: string | null) => Series>>;

/**
 * Creates the procedures of the administrators' overview. Successful refreshes are not counted,
 * because they write no event.
 */
export function overviewProcedures({
  auditSearch,
  auditCounts,
  database,
  liveSessions,
  clock,
}: OverviewDependencies) {
  return {
    /**
     * Counts the events in equal intervals of whole hours, and describes the current state. The
     * last interval ends with the current hour by the server's clock, which also stamps the events:
     * a browser whose clock is behind still sees the newest.
     */
    overview: adminProcedure
      .input(
        z
          .object({
            buckets: z.number().int().min(1).max(100),
            bucketHours: z.number().int().min(1),
          })
          .refine(({ buckets, bucketHours }) => buckets * bucketHours <= MAX_HOURS, {
            path: ['bucketHours'],
            error: 'times `buckets` must be at most 366 days',
          }),
      )
      .output(
        z.object({
          buckets: z.array(counts.extend({ since: z.number(), until: z.number() })),
          totals: z.object({
            /** Numbers up to 10,000; 10,001 stands for any larger one. */
            users: z.number(),
            disabledUsers: z.number(),
            /** The same for live sessions; null if sessions are in Redis. */
            liveSessions: z.number().nullable(),
          }),
        }),
      )
      .query(async ({ input: { buckets, bucketHours } }) => {
        const until = (Math.floor(clock.now() / HOUR_MS) + 1) * HOUR_MS;
        const span = { since: until - buckets * bucketHours * HOUR_MS, until, buckets };
        const tables = appTables(database);
        await auditCounts.keepUp();
        const [counted, users, disabledUsers, live] = await inTurn([
          () => auditSearch.count({ ...span, kinds: Object.keys(SERIES) }),
          () => countUsers(tables, COUNT_AT_MOST + 1, 'all'),
          () => countUsers(tables, COUNT_AT_MOST + 1, 'disabled'),
          async () => (await liveSessions?.count(clock.now(), COUNT_AT_MOST + 1)) ?? null,
        ]);
        return {
          buckets: bucketsOf(span, counted),
          totals: { users, disabledUsers, liveSessions: live },
        };
      }),
  };
}

/**
 * Runs queries one after the other: SQLite's block the process, which serves other requests between
 * them.
 */
async function inTurn<Results extends readonly unknown[]>(
  queries: {
    readonly [Index in keyof Results]: () => Promise<Results[Index]>;
  },
): Promise<Results> {
  const results: unknown[] = [];
  for (const query of queries) {
    results.push(await query());
    await setImmediate();
  }
  return results as unknown as Results;
}

function bucketsOf(
  span: { readonly since: number; readonly until: number; readonly buckets: number },
  counted: readonly AuditCount[],
) {
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

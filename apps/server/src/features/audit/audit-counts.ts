import { sql } from 'kysely';
import type { AppDatabase } from '../../services/app-database.ts';

/**
 * A span of time, divided into equal intervals. Times are milliseconds since the epoch; `until` is
 * exclusive.
 */
export interface AuditSpan {
  readonly since: number;
  readonly until: number;
  readonly buckets: number;
  /** The kinds of audit events to count. */
  readonly kinds: readonly string[];
}

/**
 * The number of events of one kind and reason in one interval. Intervals are numbered from 0; those
 * without events are left out.
 */
export interface AuditCount {
  readonly bucket: number;
  readonly kind: string;
  readonly reason: string | null;
  readonly count: number;
}

/**
 * Counts audit events by time, in one query that an index answers.
 *
 * @throws StoreUnavailableError
 */
export function countAudit(
  { run }: Pick<AppDatabase, 'run'>,
  { since, until, buckets, kinds }: AuditSpan,
): Promise<AuditCount[]> {
  /** Casts to an integer: SQLite would otherwise divide the values as floating-point numbers. */
  const whole = (value: number) => sql<number>`cast(${value} as bigint)`;
  return run(async (db) => {
    const events = db
      .selectFrom('latchkey_audit_events')
      .select([
        'kind',
        'reason',
        sql<number>`(at - ${whole(since)}) * ${whole(buckets)} / ${whole(until - since)}`.as(
          'bucket',
        ),
      ])
      .where('at', '>=', since)
      .where('at', '<', until)
      .where('kind', 'in', kinds);
    const rows = await db
      .selectFrom(events.as('event'))
      .select(['bucket', 'kind', 'reason', ({ fn }) => fn.countAll().as('count')])
      .groupBy(['bucket', 'kind', 'reason'])
      .execute();
    return rows.map((row) => ({ ...row, count: Number(row.count) }));
  });
}

/** Returns the start of an interval; for the index after the last one, the end of the span. */
export function bucketStart(
  { since, until, buckets }: Pick<AuditSpan, 'since' | 'until' | 'buckets'>,
  bucket: number,
): number {
  return since + Math.ceil((bucket * (until - since)) / buckets);
}

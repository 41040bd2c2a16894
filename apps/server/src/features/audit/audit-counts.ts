import { sql } from 'kysely';
import type { AppDatabase } from '../../services/app-database.ts';

/**
 * A time that is cut into equal parts. Instants are milliseconds since the epoch; `until` does not
 * belong to it.
 */
export interface AuditSpan {
  readonly since: number;
  readonly until: number;
  readonly buckets: number;
  /** Which kinds of events are counted. */
  readonly kinds: readonly string[];
}

/**
 * The number of events of a kind and reason in one bucket, counted from 0. Buckets without events
 * are left out.
 */
export interface AuditCount {
  readonly bucket: number;
  readonly kind: string;
  readonly reason: string | null;
  readonly count: number;
}

/** Counts events by time, in one query that an index answers. @throws StoreUnavailableError */
export function countAudit(
  { run }: Pick<AppDatabase, 'run'>,
  { since, until, buckets, kinds }: AuditSpan,
): Promise<AuditCount[]> {
  /** Whole numbers, or SQLite would divide them as others. */
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

/** When a part of such a time begins; the one behind the last, when it is over. */
export function bucketStart(
  { since, until, buckets }: Pick<AuditSpan, 'since' | 'until' | 'buckets'>,
  bucket: number,
): number {
  return since + Math.ceil((bucket * (until - since)) / buckets);
}

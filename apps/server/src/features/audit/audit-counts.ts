import { setImmediate } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import type { AppDatabase } from '../../services/app-database.ts';
import { cursorOf } from '../audit-counts/keep-counts.ts';

export const HOUR_MS = 3_600_000;

/**
 * A span of time, divided into equal intervals of whole hours. Times are milliseconds since the
 * epoch at the beginning of an hour; `until` is exclusive.
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

/** The hours in one statement: on SQLite one over a year would block the process for 50 ms. */
const HOURS_AT_ONCE = 30 * 24;

/**
 * Counts audit events by time: adds up the kept counts and the few events that are not in them yet.
 * `keptCounts` keeps them few.
 *
 * @throws StoreUnavailableError
 */
export async function countAudit(
  { run }: Pick<AppDatabase, 'run'>,
  { since, until, buckets, kinds }: AuditSpan,
): Promise<AuditCount[]> {
  const first = since / HOUR_MS;
  const end = until / HOUR_MS;
  const hours = (end - first) / buckets;
  const sums = new Map<string, AuditCount>();
  for (let from = first; from < end; from += HOURS_AT_ONCE) {
    const to = Math.min(from + HOURS_AT_ONCE, end);
    for (const row of await countsBetween({ run }, from, to, { first, hours, kinds })) {
      const bucket = Number(row.bucket);
      const key = JSON.stringify([bucket, row.kind, row.reason]);
      const count = Number(row.count) + (sums.get(key)?.count ?? 0);
      sums.set(key, { bucket, kind: row.kind, reason: row.reason, count });
    }
    await setImmediate();
  }
  return [...sums.values()];
}

/** A kind that no event has: marks the row with the cursor. */
const CURSOR = '';

interface Intervals {
  readonly first: number;
  readonly hours: number;
  readonly kinds: readonly string[];
}

/**
 * Counts the events of some hours in one statement, hence in one state of the database: no event is
 * counted twice or left out while another node counts.
 */
async function countsBetween(
  { run }: Pick<AppDatabase, 'run'>,
  from: number,
  to: number,
  intervals: Intervals,
): Promise<AuditCount[]> {
  /**
   * The cursor is a value of the statement: for a subquery PostgreSQL would expect a third of all
   * events. It is read again with the counts, in case another node has moved it.
   */
  for (let counted = await cursorOf({ run }); ; ) {
    const { rows } = await run((db) => countsAfter(counted, from, to, intervals).execute(db));
    const cursor = Number(rows.find(({ kind }) => kind === CURSOR)?.bucket ?? 0);
    if (cursor === counted) return rows.filter(({ kind }) => kind !== CURSOR);
    counted = cursor;
  }
}

function countsAfter(
  counted: number,
  from: number,
  to: number,
  { first, hours, kinds }: Intervals,
) {
  /** Casts to an integer: SQLite would otherwise divide the values as floating-point numbers. */
  const whole = (value: number) => sql`cast(${value} as bigint)`;
  /** The plus keeps the planner from the index by time, which would read every event of the span. */
  const uncounted = (which: RawBuilder<unknown>) => sql`
    select at / 3600000 as hour, kind, coalesce(reason, '') as reason, count(*) as count
    from latchkey_audit_events
    where ${which} and +at >= ${from * HOUR_MS} and +at < ${to * HOUR_MS} and kind in (${sql.join(kinds)})
    group by 1, 2, 3`;
  return sql<AuditCount>`
    select (hour - ${whole(first)}) / ${whole(hours)} as bucket, kind, nullif(reason, '') as reason, sum(count) as count
    from (
      select hour, kind, reason, count from app_audit_counts
      where hour >= ${from} and hour < ${to} and kind in (${sql.join(kinds)})
      union all ${uncounted(sql`sealed_in is null`)}
      union all ${uncounted(sql`sealed_in > ${counted}`)}
    ) as counted
    group by 1, 2, 3
    union all select seal, ${CURSOR}, null, 0 from app_audit_counts_cursor`;
}

/** Returns the start of an interval; for the index after the last one, the end of the span. */
export function bucketStart(
  { since, until, buckets }: Pick<AuditSpan, 'since' | 'until' | 'buckets'>,
  bucket: number,
): number {
  return since + (bucket * (until - since)) / buckets;
}

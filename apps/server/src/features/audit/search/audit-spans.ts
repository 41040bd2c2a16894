import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import type { AppDatabase } from '../../../services/app-database.ts';

/** Number of ids in a block. */
const BLOCK = 1_000;
/** The largest number of ranges that a search reads one after the other. */
const MOST_RANGES = 50;
/** Number of blocks that one statement summarizes. */
const STEP = 5;

/** Ids between two bounds, both exclusive. */
export interface IdRange {
  readonly above: number;
  readonly below: number;
}

const EVERY_ID: IdRange = { above: 0, below: Number.MAX_SAFE_INTEGER };

/**
 * Writes the earliest and the latest time of each block of audit events, by which a search for a
 * span of time skips the others. Ids are in the order of time only roughly: an event may be written
 * late.
 */
export interface AuditSpans {
  /**
   * Summarizes the blocks that were complete at the previous call. Call it at least a minute apart:
   * by then every transaction that drew an id of such a block has ended.
   *
   * @param goOn called between steps; false stops
   * @throws StoreUnavailableError
   */
  summarize(goOn: () => boolean | Promise<boolean>): Promise<void>;
}

export function auditSpans({ run }: Pick<AppDatabase, 'run'>): AuditSpans {
  /** The newest id at the previous call. */
  let newestBefore = 0;

  return {
    async summarize(goOn) {
      const { oldest, newest, next } = await run(async (db) => {
        const { rows } = await sql<Record<'oldest' | 'newest' | 'next', number | null>>`select
          (select min(id) from latchkey_audit_events) as oldest,
          (select max(id) from latchkey_audit_events) as newest,
          (select max(block) + 1 from app_audit_spans) as next`.execute(db);
        return rows[0] ?? { oldest: null, newest: null, next: null };
      });
      const complete = Math.floor((newestBefore + 1) / BLOCK);
      newestBefore = Number(newest ?? 0);
      let block = Math.max(Number(next ?? 0), Math.floor(Number(oldest ?? 0) / BLOCK));
      for (; block < complete && (await goOn()); block += STEP) {
        const until = Math.min(block + STEP, complete);
        await run((db) =>
          sql`insert into app_audit_spans (block, first_at, last_at)
            select id / ${sql.lit(BLOCK)}, min(at), max(at) from latchkey_audit_events
            where id >= ${block * BLOCK} and id < ${until * BLOCK}
            group by id / ${sql.lit(BLOCK)} on conflict (block) do nothing`.execute(db),
        );
        await setImmediate();
      }
    },
  };
}

/**
 * Returns ranges of ids, in ascending order, that contain every event of a span of time. Events
 * that are not summarized yet are in the last range.
 *
 * @param since in milliseconds since the epoch
 * @param until in milliseconds since the epoch, exclusive
 */
export async function rangesOf(
  { run }: Pick<AppDatabase, 'run'>,
  since: number | undefined,
  until: number | undefined,
): Promise<IdRange[]> {
  if (since === undefined && until === undefined) return [EVERY_ID];
  const { rows } = await run((db) =>
    sql<
      Record<'first' | 'last', number | null>
    >`select min(block) as first, max(block) as last from (
        select block, block - row_number() over (order by block) as island from app_audit_spans
        where last_at >= ${since ?? 0} and first_at < ${until ?? EVERY_ID.below}) as overlapping
      group by island
      union all select max(block) + 1, null from app_audit_spans
      order by first`.execute(db),
  );
  const blocks = rows.map(({ first, last }) => ({ first: Number(first ?? 0), last }));
  const ranges = blocks.map(({ first, last }) => ({
    above: first * BLOCK - 1,
    below: last === null ? EVERY_ID.below : (Number(last) + 1) * BLOCK,
  }));
  const [whole] = ranges;
  const rest = ranges.at(-1);
  return whole && rest && ranges.length > MOST_RANGES
    ? [{ above: whole.above, below: rest.below }]
    : ranges;
}

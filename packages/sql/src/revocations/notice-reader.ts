import { type RawBuilder, sql } from 'kysely';
import { numberOrNull } from '../connection/number-or-null.ts';
import { tableIn } from '../connection/tables.ts';
import type { SqlDatabase } from '../database.ts';

export interface NoticeRow {
  readonly kind: string;
  readonly userId: string;
  readonly sessionId: string | null;
  readonly tokenVersion: number | null;
  readonly reason: string;
  readonly at: number;
}

/**
 * A row that was read, whose fields are null if there is no row, and the mark up to which every row
 * was read.
 */
type Read = { readonly mark: string; readonly id: number | null } & NoticeRow;

const COLUMNS = sql`id, kind, user_id as "userId", session_id as "sessionId", token_version as "tokenVersion", reason, at`;
/** An instant later than any real one. */
const NEVER = Number.MAX_SAFE_INTEGER;
/** A mark greater than any real one: nothing was read yet. */
const NOTHING_YET = '9223372036854775807';

/**
 * Reads in one statement, hence from one snapshot of the database: the rows that the previous
 * snapshot could not show, those since an instant, and the new mark.
 *
 * On PostgreSQL the mark is the oldest transaction that was still in progress: every row of an
 * older one was visible; rows of that one and of younger ones are read again. On SQLite writers
 * come one after the other, so ids are in the order of commits.
 */
const READ = {
  postgres: (notices: RawBuilder<unknown>, mark: string, since: number) => sql<Read>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as mark, notice.*
    from (values (1)) as always left join
      (select ${COLUMNS} from ${notices} where xid >= (${mark}::text)::xid8 or at >= ${since}) as notice on true
    order by notice.id`,
  sqlite: (notices: RawBuilder<unknown>, mark: string, since: number) => sql<Read>`
    select cast((select coalesce(max(id), 0) + 1 from ${notices}) as text) as mark, notice.*
    from (select 1) left join
      (select ${COLUMNS} from ${notices} where id >= cast(${mark} as integer) or at >= ${since}) as notice on true
    order by notice.id`,
} satisfies Record<
  SqlDatabase['kind'],
  (notices: RawBuilder<unknown>, mark: string, since: number) => RawBuilder<Read>
>;

/**
 * Reads the new rows at each call, without a gap, although transactions commit in another order
 * than they began.
 *
 * @param since the instant from which the first call reads, and each call after a fault: a restore
 *   of the database also restores its marks
 */
export function noticeReader(
  { run, kind, schema }: Pick<SqlDatabase, 'run' | 'kind' | 'schema'>,
  since: () => number,
) {
  const notices = tableIn(schema, 'latchkey_revocation_notices');
  let mark = NOTHING_YET;
  let seen: ReadonlySet<number> = new Set();

  return async (afterFault: boolean): Promise<NoticeRow[]> => {
    const fromTheStart = afterFault || mark === NOTHING_YET;
    const { rows } = await run((db) =>
      READ[kind](notices, mark, fromTheStart ? since() : NEVER).execute(db),
    );
    const before = afterFault ? new Set<number>() : seen;
    mark = rows[0]?.mark ?? mark;
    /** Converts the numbers: a driver may return a bigint as a text or a BigInt. */
    const found = rows
      .filter(({ id }) => id !== null)
      .map((row) => ({
        ...row,
        id: Number(row.id),
        tokenVersion: numberOrNull(row.tokenVersion),
        at: Number(row.at),
      }));
    seen = new Set(found.map(({ id }) => id));
    return found.filter(({ id }) => !before.has(id));
  };
}

import { type AuditRecord, auditRecordOf } from '@latchkey/sql';
import { type RawBuilder, sql } from 'kysely';
import type { AppDatabase } from '../../services/app-database.ts';
import { type TextMatch, textSearch } from '../../services/text-search.ts';
import { type AuditCount, type AuditSpan, countAudit } from './audit-counts.ts';
import { type IdRange, rangesOf } from './search/audit-spans.ts';
import { EVENT_COLUMNS, findEvents, idIn } from './search/find-events.ts';
import type { IdSource, ListColumn } from './search/id-lists.ts';
import { type AuditText, prepareText } from './search/text-sources.ts';

/**
 * A query of the audit log; an omitted field does not restrict. Times are milliseconds since the
 * epoch.
 */
export interface AuditQuery {
  /** The user who acted: any of these user ids or usernames. */
  readonly actors?: readonly string[] | undefined;
  /** The user whom the event concerns: a username or a user's id. */
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly kind?: string | undefined;
  /** The kinds of events to find, at least one. */
  readonly kinds?: readonly string[] | undefined;
  readonly since?: number | undefined;
  /** Only events before this time. */
  readonly until?: number | undefined;
  /**
   * A part of a username or a reason, or the beginning of an IP address or of a session's
   * reference. Ignores case (beyond ASCII only on PostgreSQL).
   */
  readonly text?: string | undefined;
  /** The cursor of the next page: only records after this id, in the order of the search. */
  readonly after?: number | undefined;
  /** Order of the records; by default `desc`, newest first. */
  readonly order?: 'asc' | 'desc' | undefined;
  readonly limit: number;
}

/** An audit record with the usernames of its users, which are null for removed users. */
export interface NamedAuditRecord extends AuditRecord {
  readonly actorName: string | null;
  readonly username: string | null;
  /** The support reference of the session, once the session has ended. */
  readonly reference: string | null;
}

/** One page of the audit log. */
export interface FoundRecords {
  readonly records: readonly NamedAuditRecord[];
  /** The cursor of the next page; null on the last page. */
  readonly next: number | null;
  /**
   * The page has fewer records than asked for, because the search looked at as many events as one
   * page may: it goes on at `next`.
   */
  readonly isPartial: boolean;
  /** How the text was matched with usernames and reasons; null for a search without a text. */
  readonly match: TextMatch | null;
}

/** Searches the audit log. */
export interface SqlAuditSearch {
  /**
   * Returns the records that match a query. A page costs the same however long the log is.
   *
   * @throws StoreUnavailableError if the database does not answer
   */
  search(query: AuditQuery): Promise<FoundRecords>;
  /**
   * Counts the records of each kind and reason in each interval of a span.
   *
   * @throws StoreUnavailableError if the database does not answer
   */
  count(span: AuditSpan): Promise<AuditCount[]>;
}

type Database = Pick<AppDatabase, 'run' | 'kind'>;

export function sqlAuditSearch(database: Database): SqlAuditSearch {
  const { matchOf } = textSearch(database);
  return {
    count: (span) => countAudit(database, span),

    async search({ text, since, until, after, order = 'desc', limit, ...query }) {
      const match = text === undefined ? null : await matchOf(text);
      const [wanted, actors, ranges] = await Promise.all([
        text === undefined || match === null ? null : prepareText(database, text, match),
        query.actors && actorIds(database, query.actors),
        rangesOf(database, since, until),
      ]);
      const fields = fieldsOf({ ...query, actors });
      const { ids, searchedTo } = await findEvents(database, {
        ways: waysOf(fields, wanted),
        conditions: [
          ...fields.map(({ column, values }) => isOneOf(column, values)),
          ...(wanted ? [wanted.condition] : []),
          ...(since === undefined ? [] : [sql<boolean>`latchkey_audit_events.at >= ${since}`]),
          ...(until === undefined ? [] : [sql<boolean>`latchkey_audit_events.at < ${until}`]),
        ],
        hasText: wanted !== null,
        ranges: restOf(order === 'asc' ? ranges : ranges.toReversed(), after, order),
        order,
        limit: limit + 1,
      });
      return {
        records: await recordsOf(database, ids.slice(0, limit), order),
        next: ids.length > limit ? (ids[limit - 1] ?? null) : searchedTo,
        isPartial: ids.length < limit && searchedTo !== null,
        match,
      };
    },
  };
}

/** A column of which a query allows some values. */
interface Field {
  readonly column: ListColumn;
  readonly values: readonly string[];
}

/** Returns the fields that a query restricts, the most selective ones first. */
function fieldsOf({
  actors,
  userId,
  sessionId,
  kind,
  kinds,
}: Pick<AuditQuery, 'actors' | 'userId' | 'sessionId' | 'kind' | 'kinds'>): Field[] {
  const asked = kinds?.filter((each) => kind === undefined || each === kind);
  return [
    { column: 'session_id' as const, values: sessionId === undefined ? undefined : [sessionId] },
    { column: 'user_id' as const, values: userId === undefined ? undefined : [userId] },
    { column: 'actor_id' as const, values: actors },
    { column: 'kind' as const, values: asked ?? (kind === undefined ? undefined : [kind]) },
  ].flatMap(({ column, values }) => (values ? [{ column, values }] : []));
}

const isOneOf = (column: ListColumn, values: readonly string[]): RawBuilder<boolean> =>
  values.length === 0
    ? sql`1 = 0`
    : sql`${sql.ref(`latchkey_audit_events.${column}`)} in (${sql.join(values)})`;

/** Returns the ways to find the events: by one of the fields, by the text, or by looking at all. */
function waysOf(fields: readonly Field[], text: AuditText | null): (readonly IdSource[])[] {
  const ways: (readonly IdSource[])[] = fields.map(({ column, values }) =>
    values.map((value) => ({ column, value })),
  );
  if (text?.sources) ways.push(text.sources);
  return ways.length > 0 ? ways : [['all']];
}

/** Returns what is left of the ranges after a cursor. */
const restOf = (ranges: readonly IdRange[], after: number | undefined, order: 'asc' | 'desc') =>
  after === undefined
    ? ranges
    : ranges.map(({ above, below }) =>
        order === 'desc'
          ? { above, below: Math.min(below, after) }
          : { above: Math.max(above, after), below },
      );

/** Returns the ids of users given by their ids or usernames. */
async function actorIds({ run }: Database, actors: readonly string[]): Promise<string[]> {
  const named = await run((db) =>
    db.selectFrom('app_users').select('id').where('username', 'in', actors).execute(),
  );
  return [...new Set([...actors, ...named.map(({ id }) => id)])];
}

/** Reads the records with some ids, with the names of their users. */
async function recordsOf(
  { run, kind }: Database,
  ids: readonly number[],
  order: 'asc' | 'desc',
): Promise<NamedAuditRecord[]> {
  if (ids.length === 0) return [];
  const rows = await run((db) =>
    db
      .selectFrom('latchkey_audit_events')
      .leftJoin('app_users as actor', 'actor.id', 'latchkey_audit_events.actor_id')
      .leftJoin('app_users as subject', 'subject.id', 'latchkey_audit_events.user_id')
      .leftJoin(
        'app_session_receipts as receipt',
        'receipt.session_id',
        'latchkey_audit_events.session_id',
      )
      .select(EVENT_COLUMNS)
      .select([
        'actor.username as actorName',
        'subject.username as username',
        'receipt.reference as reference',
      ])
      .where(idIn(kind, ids))
      .orderBy('latchkey_audit_events.id', order)
      .execute(),
  );
  return rows.map(({ actorName, username, reference, ...row }) => ({
    ...auditRecordOf(row),
    actorName,
    username,
    reference,
  }));
}

import { AUDIT_COLUMNS, type AuditRecord, auditRecordOf, type SqlKind } from '@latchkey/sql';
import { type ExpressionBuilder, type RawBuilder, sql } from 'kysely';
import type { AllTables, AppDatabase } from '../../services/app-database.ts';
import { containsTextIgnoringCase } from '../../services/like.ts';
import { type AuditCount, type AuditSpan, countAudit } from './audit-counts.ts';

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
   * A part of a visible text: a username, an IP address, a session's reference or a reason. Ignores
   * case (beyond ASCII only on PostgreSQL).
   */
  readonly text?: string | undefined;
  /** Only records with a smaller id: the cursor of the next page. */
  readonly before?: number | undefined;
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

/** Searches the audit log. */
export interface SqlAuditSearch {
  /**
   * Returns the records that match a query.
   *
   * @throws StoreUnavailableError if the database does not answer
   */
  search(query: AuditQuery): Promise<NamedAuditRecord[]>;
  /**
   * Counts the records of each kind and reason in each interval of a span.
   *
   * @throws StoreUnavailableError if the database does not answer
   */
  count(span: AuditSpan): Promise<AuditCount[]>;
}

type Where = ExpressionBuilder<AllTables, 'latchkey_audit_events'>;

export function sqlAuditSearch({
  run,
  kind: dialect,
}: Pick<AppDatabase, 'run' | 'kind'>): SqlAuditSearch {
  return {
    count: (span) => countAudit({ run }, span),

    search: (query) =>
      run(async (db) => {
        const found = db
          .selectFrom('latchkey_audit_events')
          .select(AUDIT_COLUMNS)
          .where((where) => where.and(conditions(where, query, dialect)))
          .orderBy('id', query.order ?? 'desc')
          .limit(query.limit);
        const rows = await db
          .selectFrom(found.as('event'))
          .leftJoin('app_users as actor', 'actor.id', 'event.actor_id')
          .leftJoin('app_users as subject', 'subject.id', 'event.user_id')
          .leftJoin('app_session_receipts as receipt', 'receipt.session_id', 'event.session_id')
          .selectAll('event')
          .select([
            'actor.username as actorName',
            'subject.username as username',
            'receipt.reference as reference',
          ])
          .orderBy('event.id', query.order ?? 'desc')
          .execute();
        return rows.map(({ actorName, username, reference, ...row }) => ({
          ...auditRecordOf(row),
          actorName,
          username,
          reference,
        }));
      }),
  };
}

function conditions(
  where: Where,
  { actors, userId, sessionId, kind, kinds, since, until, text, before }: AuditQuery,
  dialect: SqlKind,
) {
  const all: RawBuilder<boolean>[] = [];
  if (actors)
    all.push(
      sql`(actor_id in (${sql.join(actors)}) or actor_id in (select id from app_users where username in (${sql.join(actors)})))`,
    );
  if (kinds) all.push(sql`kind in (${sql.join(kinds)})`);
  if (text !== undefined) all.push(sql`(${sql.join(readings(text, dialect), sql` or `)})`);
  return [
    ...all,
    ...(userId !== undefined ? [where('user_id', '=', userId)] : []),
    ...(sessionId !== undefined ? [where('session_id', '=', sessionId)] : []),
    ...(kind !== undefined ? [where('kind', '=', kind)] : []),
    ...(since !== undefined ? [where('at', '>=', since)] : []),
    ...(until !== undefined ? [where('at', '<', until)] : []),
    ...(before !== undefined ? [where('id', '<', before)] : []),
  ];
}

/** SQL that reads a field of an event's JSON details. Rows with malformed JSON are skipped. */
const detail = {
  sqlite: (field: string) =>
    sql`case when json_valid(details) then details ->> ${`$.${field}`} end`,
  /**
   * Extracts the field from the text: a cast of malformed JSON fails, and only PostgreSQL 16 has
   * `is json`.
   */
  postgres: (field: string) => sql`substring(details from ${`"${field}":"((?:[^"\\\\]|\\\\.)*)"`})`,
};

/**
 * Returns the SQL condition that a visible text contains the searched one. Usernames and references
 * are queried once, not for each row.
 */
function readings(text: string, dialect: SqlKind): RawBuilder<boolean>[] {
  const spelt = dialect === 'postgres' ? JSON.stringify(text).slice(1, -1) : text;
  const users = sql`(select id from app_users where ${containsTextIgnoringCase(sql.ref('username'), text)})`;
  const sessions = sql`(select session_id from app_session_receipts where ${containsTextIgnoringCase(sql.ref('reference'), text)} or ${containsTextIgnoringCase(sql`replace(reference, '-', '')`, text)})`;
  return [
    containsTextIgnoringCase(sql.ref('reason'), text),
    containsTextIgnoringCase(sql.ref('ip_address'), text),
    sql`actor_id in ${users}`,
    sql`user_id in ${users}`,
    sql`session_id in ${sessions}`,
    containsTextIgnoringCase(detail[dialect]('statedReason'), spelt),
    containsTextIgnoringCase(detail[dialect]('username'), spelt),
  ];
}

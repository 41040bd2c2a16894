import { AUDIT_COLUMNS, type AuditRecord, auditRecordOf, type SqlKind } from '@latchkey/sql';
import { type ExpressionBuilder, type RawBuilder, sql } from 'kysely';
import type { AllTables, AppDatabase } from '../../services/app-database.ts';
import { readsLike } from '../../services/like.ts';
import { type AuditCount, type AuditSpan, countAudit } from './audit-counts.ts';

/**
 * Which records are wanted; an omitted field does not restrict. Instants are milliseconds
 * since the epoch.
 */
export interface AuditQuery {
  /** Who did it: any of these, as a user's id or name. */
  readonly actors?: readonly string[] | undefined;
  /** Whom it is about. */
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly kind?: string | undefined;
  /** Any of these, at least one. */
  readonly kinds?: readonly string[] | undefined;
  readonly since?: number | undefined;
  /** Up to this instant, which does not belong to it. */
  readonly until?: number | undefined;
  /**
   * A text that the row shows: a part of a name, an address, a reference or a reason, whatever
   * its case (beyond ASCII: on PostgreSQL).
   */
  readonly text?: string | undefined;
  /** Only older ones than this record: where the page before left off. */
  readonly before?: number | undefined;
  /** The newest first unless told otherwise. */
  readonly order?: 'asc' | 'desc' | undefined;
  readonly limit: number;
}

/**
 * A record with the names of the users in it, null for a removed user.
 */
export interface NamedAuditRecord extends AuditRecord {
  readonly actorName: string | null;
  readonly username: string | null;
  /** Of the session, once it has ended. */
  readonly reference: string | null;
}

/** Looks through the audit log for people. */
export interface SqlAuditSearch {
  /** @throws StoreUnavailableError */
  search(query: AuditQuery): Promise<NamedAuditRecord[]>;
  /**
   * How many there are of each kind and reason in each part of a time. @throws
   * StoreUnavailableError
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

/**
 * A field of the details. Rows whose details are no JSON are skipped.
 */
const detail = {
  sqlite: (field: string) =>
    sql`case when json_valid(details) then details ->> ${`$.${field}`} end`,
  /**
   * As JSON spells it: casting what is no JSON fails, and only PostgreSQL 16 can tell beforehand.
   */
  postgres: (field: string) => sql`substring(details from ${`"${field}":"((?:[^"\\\\]|\\\\.)*)"`})`,
};

/**
 * Everything in which the text may be read. Names and references are looked up once, not for each
 * row.
 */
function readings(text: string, dialect: SqlKind): RawBuilder<boolean>[] {
  const spelt = dialect === 'postgres' ? JSON.stringify(text).slice(1, -1) : text;
  const users = sql`(select id from app_users where ${readsLike(sql.ref('username'), text)})`;
  const sessions = sql`(select session_id from app_session_receipts where ${readsLike(sql.ref('reference'), text)} or ${readsLike(sql`replace(reference, '-', '')`, text)})`;
  return [
    readsLike(sql.ref('reason'), text),
    readsLike(sql.ref('ip_address'), text),
    sql`actor_id in ${users}`,
    sql`user_id in ${users}`,
    sql`session_id in ${sessions}`,
    readsLike(detail[dialect]('statedReason'), spelt),
    readsLike(detail[dialect]('username'), spelt),
  ];
}

import type { AuditLog, EventBase } from '@latchkey/core';
import type { Selectable } from 'kysely';
import { inChunks } from '../connection/in-chunks.ts';
import { AUDIT_COLUMNS, type AuditEventsTable } from '../connection/tables.ts';
import type { SqlDatabase } from '../database.ts';

/** A security event to append. Fields beyond the common ones are stored as its details. */
export interface AuditEntry extends EventBase {
  readonly kind: string;
  readonly reason?: string | null;
}

/** A stored entry of the audit log. */
export interface AuditRecord extends EventBase {
  /** The number of the entry: it increases in the order of writing, with gaps. */
  readonly id: number;
  readonly kind: string;
  readonly reason: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  /** Whether a seal already covers this entry of the audit log. */
  readonly sealed: boolean;
}

/** Which records of the audit log to list; omitted fields do not restrict. */
export interface AuditFilter {
  /** Lists only records of the audit log about this user. */
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly kind?: string | undefined;
  /** Lists only records older than the one with this id: the last of the previous page. */
  readonly before?: number | undefined;
  /** Lists only records newer than the one with this id, the oldest first. */
  readonly after?: number | undefined;
  /** Lists only the record with this id and older ones. */
  readonly upTo?: number | undefined;
  readonly limit: number;
}

/**
 * The append-only log of security events in SQL. Events are appended in the transaction of the
 * change that they record.
 */
export interface SqlAuditLog extends AuditLog {
  append(entries: readonly AuditEntry[]): Promise<void>;
  /** Lists entries, the newest first; with `after`, what follows that entry, the oldest first. */
  list(filter: AuditFilter): Promise<AuditRecord[]>;
}

/**
 * Creates the audit log in SQL, in the table `latchkey_audit_events`.
 *
 * @example
 * import { createSessionLayer } from '@latchkey/core';
 * import { sqlAuditLog } from '@latchkey/sql';
 *
 * const auditLog = sqlAuditLog(database);
 * const layer = createSessionLayer({ store, auditLog, ring, users, clock });
 * const newest = await auditLog.list({ userId: user.id, limit: 20 });
 */
export function sqlAuditLog({
  run,
  transaction,
  afterCommit,
}: Pick<SqlDatabase, 'run' | 'transaction' | 'afterCommit'>): SqlAuditLog {
  return {
    transaction,
    afterCommit,

    append: (entries) =>
      run(async (db) => {
        await inChunks(entries, (chunk) =>
          db.insertInto('latchkey_audit_events').values(chunk.map(rowOf)).execute(),
        );
      }),

    list: ({ userId, sessionId, kind, before, after, upTo, limit }) =>
      run(async (db) => {
        let query = db
          .selectFrom('latchkey_audit_events')
          .select(AUDIT_COLUMNS)
          .orderBy('id', after === undefined ? 'desc' : 'asc')
          .limit(limit);
        if (userId !== undefined) query = query.where('user_id', '=', userId);
        if (sessionId !== undefined) query = query.where('session_id', '=', sessionId);
        if (kind !== undefined) query = query.where('kind', '=', kind);
        if (before !== undefined) query = query.where('id', '<', before);
        if (after !== undefined) query = query.where('id', '>', after);
        if (upTo !== undefined) query = query.where('id', '<=', upTo);
        const rows = await query.execute();
        return rows.map(auditRecordOf);
      }),
  };
}

function rowOf({
  at,
  kind,
  actorId,
  userId,
  sessionId,
  reason = null,
  ipAddress,
  userAgent,
  ...details
}: AuditEntry) {
  return {
    at,
    kind,
    actor_id: actorId,
    user_id: userId,
    session_id: sessionId,
    reason,
    ip_address: ipAddress,
    user_agent: userAgent,
    details: Object.keys(details).length > 0 ? JSON.stringify(details) : null,
    sealed_in: null,
  };
}

/**
 * Converts a row of `latchkey_audit_events`, read by a query of your own, whatever the driver makes
 * of bigints.
 *
 * @example
 * import { AUDIT_COLUMNS, auditRecordOf } from '@latchkey/sql';
 *
 * const rows = await database.run((db) =>
 *   db.selectFrom('latchkey_audit_events').select(AUDIT_COLUMNS).where('id', '>', 100).execute(),
 * );
 * const records = rows.map(auditRecordOf);
 */
export function auditRecordOf(row: Selectable<AuditEventsTable>): AuditRecord {
  return {
    id: Number(row.id),
    at: Number(row.at),
    kind: row.kind,
    actorId: row.actor_id,
    userId: row.user_id,
    sessionId: row.session_id,
    reason: row.reason,
    ipAddress: row.ip_address,
    userAgent: row.user_agent,
    details: detailsIn(row.details),
    sealed: row.sealed_in !== null,
  };
}

/**
 * Parses the details of a row. Another program may have written invalid JSON; the log must still
 * list the row.
 */
function detailsIn(json: string | null): Readonly<Record<string, unknown>> {
  if (json === null) return {};
  try {
    return JSON.parse(json);
  } catch {
    return { unreadable: json };
  }
}

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlKind } from '../database.ts';

/**
 * The audit log and its seals, revocations that outlive another session store, leases for jobs, and
 * room in sessions' pages for rotations.
 */
export const createAuditAndOperations = (kind: SqlKind): Migration => ({
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('audit_events')
      .addColumn('id', kind === 'postgres' ? 'bigint' : 'integer', (column) =>
        kind === 'postgres'
          ? column.primaryKey().generatedAlwaysAsIdentity()
          : column.primaryKey().autoIncrement(),
      )
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('actor_id', 'text')
      .addColumn('user_id', 'text')
      .addColumn('session_id', 'text')
      .addColumn('reason', 'text')
      .addColumn('ip_address', 'text')
      .addColumn('user_agent', 'text')
      .addColumn('details', 'text')
      .addColumn('sealed_in', 'bigint')
      .execute();
    await db.schema
      .createIndex('audit_events_user_id')
      .on('audit_events')
      .columns(['user_id', 'id'])
      .execute();
    await db.schema
      .createIndex('audit_events_session_id')
      .on('audit_events')
      .columns(['session_id', 'id'])
      .execute();
    await db.schema
      .createIndex('audit_events_sealed_in')
      .on('audit_events')
      .columns(['sealed_in', 'id'])
      .execute();

    /**
     * Numbered without gaps, by hand: two nodes that seal at once collide instead of forking the
     * chain.
     */
    await db.schema
      .createTable('audit_seals')
      .addColumn('id', 'bigint', (column) => column.primaryKey())
      .addColumn('sealed_at', 'bigint', (column) => column.notNull())
      .addColumn('events', 'bigint', (column) => column.notNull())
      .addColumn('key_id', 'integer', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull())
      .execute();

    for (const statement of APPEND_ONLY[kind]) await statement.execute(db);

    await db.schema
      .createTable('revocations')
      .addColumn('session_id', 'text', (column) => column.primaryKey())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('revoked_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('revocations_expires_at')
      .on('revocations')
      .column('expires_at')
      .execute();

    await db.schema
      .createTable('leases')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('holder', 'text', (column) => column.notNull())
      .addColumn('until', 'bigint', (column) => column.notNull())
      .execute();

    /**
     * A rotation changes no indexed column, so PostgreSQL can put the new row version into the same
     * page, if there is room.
     */
    if (kind === 'postgres') await sql`alter table sessions set (fillfactor = 70)`.execute(db);
  },
});

const KEPT = [
  'id',
  'at',
  'kind',
  'actor_id',
  'user_id',
  'session_id',
  'reason',
  'ip_address',
  'user_agent',
  'details',
];
const distinct = (operator: string) =>
  sql.raw(KEPT.map((name) => `new.${name} ${operator} old.${name}`).join(' and '));

/** An event may be sealed once; nothing else about it ever changes, and it is never deleted. */
const APPEND_ONLY = {
  sqlite: [
    sql`create trigger audit_events_unsealed before insert on audit_events when new.sealed_in is not null
        begin select raise(abort, 'audit_events is append-only'); end`,
    sql`create trigger audit_events_no_delete before delete on audit_events begin select raise(abort, 'audit_events is append-only'); end`,
    sql`create trigger audit_events_no_update before update on audit_events
        when not (old.sealed_in is null and new.sealed_in in (select id from audit_seals) and ${distinct('is')})
        begin select raise(abort, 'audit_events is append-only'); end`,
  ],
  postgres: [
    sql`create function audit_events_append_only() returns trigger language plpgsql as $$
        begin
          if tg_op = 'UPDATE' then
            if old.sealed_in is null and new.sealed_in in (select id from audit_seals) and ${distinct('is not distinct from')} then return new; end if;
          elsif tg_op = 'INSERT' then
            if new.sealed_in is null then return new; end if;
          end if;
          raise exception 'audit_events is append-only';
        end $$`,
    sql`create trigger audit_events_append_only before insert or update or delete on audit_events for each row execute function audit_events_append_only()`,
    sql`create trigger audit_events_no_truncate before truncate on audit_events for each statement execute function audit_events_append_only()`,
  ],
};

import { type Kysely, sql } from 'kysely';
import type { SqlKind } from '../connection/dialects.ts';
import { tableIn } from '../connection/tables.ts';
import { numberedTable } from './numbered-table.ts';

/** Creates the tables of the audit log, its seals and the records of its removals. */
export async function createAudit(
  db: Kysely<unknown>,
  kind: SqlKind,
  schema: string | null,
): Promise<void> {
  await numberedTable(db, kind, 'latchkey_audit_events')
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
  for (const column of ['user_id', 'session_id', 'actor_id', 'sealed_in'])
    await db.schema
      .createIndex(`latchkey_audit_events_${column}`)
      .on('latchkey_audit_events')
      .columns([column, 'id'])
      .execute();
  // An index from which counts by time are answered without the table.
  await db.schema
    .createIndex('latchkey_audit_events_at')
    .on('latchkey_audit_events')
    .columns(['at', 'kind', 'reason'])
    .execute();

  // Seals are numbered without gaps, not by a sequence: two nodes that seal at once collide instead
  // of forking the chain.
  await db.schema
    .createTable('latchkey_audit_seals')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('sealed_at', 'bigint', (column) => column.notNull())
    .addColumn('events', 'bigint', (column) => column.notNull())
    .addColumn('key_id', 'integer', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute();

  // What retention removed, numbered like the seals. Only events of seals that it names may be
  // deleted.
  await db.schema
    .createTable('latchkey_audit_removals')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('first_seal', 'bigint', (column) => column.notNull())
    .addColumn('last_seal', 'bigint', (column) => column.notNull())
    .addColumn('last_sealed_at', 'bigint', (column) => column.notNull())
    .addColumn('last_hash', 'text', (column) => column.notNull())
    .addColumn('events', 'bigint', (column) => column.notNull())
    .addColumn('removed_at', 'bigint', (column) => column.notNull())
    .addColumn('removed_by', 'text', (column) => column.notNull())
    .addColumn('key_id', 'integer', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute();

  for (const statement of APPEND_ONLY[kind](schema)) await statement.execute(db);
}

/** The columns of an event that never change: all but `sealed_in`. */
const UNCHANGING = [
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
const unchanged = (operator: string) =>
  sql.raw(UNCHANGING.map((name) => `new.${name} ${operator} old.${name}`).join(' and '));
const refusal = sql.raw("'latchkey_audit_events is append-only'");
/** Removals follow one another without a gap, so the last one tells which seals are removed. */
const lastRemoved = (schema: string | null) =>
  sql`coalesce((select last_seal from ${tableIn(schema, 'latchkey_audit_removals')} order by id desc limit 1), 0)`;
const isRemoved = (schema: string | null) =>
  sql`(old.sealed_in is not null and old.sealed_in <= ${lastRemoved(schema)})`;
const isNewSeal = (schema: string | null) =>
  sql`old.sealed_in is null and new.sealed_in > ${lastRemoved(schema)} and new.sealed_in in (select id from ${tableIn(schema, 'latchkey_audit_seals')})`;

/**
 * Returns statements that make the audit log append-only: an event is sealed once, no other column
 * ever changes, and only events whose seals are recorded as removed are deleted.
 */
const APPEND_ONLY = {
  sqlite: () => [
    sql`create trigger latchkey_audit_events_unsealed before insert on latchkey_audit_events
        when new.sealed_in is not null begin select raise(abort, ${refusal}); end`,
    sql`create trigger latchkey_audit_events_no_delete before delete on latchkey_audit_events
        when not ${isRemoved(null)}
        begin select raise(abort, ${refusal}); end`,
    sql`create trigger latchkey_audit_events_no_update before update on latchkey_audit_events
        when not (${isNewSeal(null)} and ${unchanged('is')})
        begin select raise(abort, ${refusal}); end`,
  ],
  postgres(schema: string | null) {
    const events = tableIn(schema, 'latchkey_audit_events');
    const name = 'latchkey_audit_events_append_only';
    const append = schema === null ? sql.id(name) : sql.id(schema, name);
    return [
      sql`create function ${append}() returns trigger language plpgsql as $$
        begin
          if tg_op = 'UPDATE' then
            if ${isNewSeal(schema)} and ${unchanged('is not distinct from')} then return new; end if;
          elsif tg_op = 'INSERT' then
            if new.sealed_in is null then return new; end if;
          elsif tg_op = 'DELETE' then
            if ${isRemoved(schema)} then return old; end if;
          end if;
          raise exception ${refusal};
        end $$`,
      sql`create trigger latchkey_audit_events_append_only
        before insert or update or delete on ${events}
        for each row execute function ${append}()`,
      sql`create trigger latchkey_audit_events_no_truncate before truncate on ${events}
        for each statement execute function ${append}()`,
    ];
  },
};

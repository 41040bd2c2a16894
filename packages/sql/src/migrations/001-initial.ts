import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlKind } from '../connection/dialects.ts';
import { tableIn } from '../connection/tables.ts';

/** Creates every table of the packages. */
export const initial = (kind: SqlKind, schema: string | null): Migration => ({
  async up(given: Kysely<unknown>) {
    const db = schema === null ? given : given.withSchema(schema);
    await createSessions(db, kind, schema);
    await createRevocations(db, kind);
    await createKeys(db);
    await createAudit(db, kind, schema);
  },
});

async function createSessions(
  db: Kysely<unknown>,
  kind: SqlKind,
  schema: string | null,
): Promise<void> {
  // No foreign key to users, because adopters keep their users elsewhere.
  await db.schema
    .createTable('latchkey_sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('username', 'text', (column) => column.notNull())
    .addColumn('generation', 'bigint', (column) => column.notNull())
    .addColumn('secret_hash', 'text', (column) => column.notNull())
    .addColumn('previous_secret_hash', 'text')
    .addColumn('sealed_successor', 'text')
    .addColumn('delivered_at', 'bigint', (column) => column.notNull())
    .addColumn('acknowledged_at', 'bigint')
    .addColumn('token_version', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('authenticated_at', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
    .addColumn('idle_expires_at', 'bigint', (column) => column.notNull())
    .addColumn('absolute_expires_at', 'bigint', (column) => column.notNull())
    .addColumn('revoked_at', 'bigint')
    .addColumn('revoked_reason', 'text')
    .addColumn('user_agent', 'text')
    .addColumn('ip_address', 'text')
    .execute();
  // An index for pages of one user's live sessions, by sign-in. A rotation changes none of its
  // columns, so refreshes stay heap-only updates.
  await db.schema
    .createIndex('latchkey_sessions_user_id')
    .on('latchkey_sessions')
    .columns(['user_id', 'created_at', 'id'])
    .where('revoked_at' as never, 'is', null)
    .execute();
  // An index for pages of all users' live sessions, which a rotation does not change either.
  await db.schema
    .createIndex('latchkey_sessions_created_at')
    .on('latchkey_sessions')
    .columns(['created_at', 'id'])
    .where('revoked_at' as never, 'is', null)
    .execute();
  // Leaves room in each page, so that PostgreSQL puts the new version of a row into the same page.
  if (kind === 'postgres')
    await sql`alter table ${tableIn(schema, 'latchkey_sessions')} set (fillfactor = 70)`.execute(
      db,
    );
}

async function createRevocations(db: Kysely<unknown>, kind: SqlKind): Promise<void> {
  await db.schema
    .createTable('latchkey_revocations')
    .addColumn('session_id', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('revoked_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('latchkey_revocations_expires_at')
    .on('latchkey_revocations')
    .column('expires_at')
    .execute();

  const notices = numberedTable(db, kind, 'latchkey_revocation_notices')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('session_id', 'text')
    .addColumn('token_version', 'bigint')
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull());
  // Ids are drawn before the commit, so the order of ids does not tell which rows are visible; the
  // transaction ids do.
  await (kind === 'postgres'
    ? notices.addColumn('xid', sql`xid8`, (column) =>
        column.notNull().defaultTo(sql`pg_current_xact_id()`),
      )
    : notices
  ).execute();
  if (kind === 'postgres')
    await db.schema
      .createIndex('latchkey_revocation_notices_xid')
      .on('latchkey_revocation_notices')
      .column('xid')
      .execute();
  await db.schema
    .createIndex('latchkey_revocation_notices_at')
    .on('latchkey_revocation_notices')
    .column('at')
    .execute();
}

async function createKeys(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('latchkey_keys')
    .addColumn('kid', 'text', (column) => column.primaryKey())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('number', 'bigint', (column) => column.notNull())
    .addColumn('algorithm', 'text', (column) => column.notNull())
    .addColumn('signs_from', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('removed_at', 'bigint')
    .addColumn('sealed', 'text')
    .addUniqueConstraint('latchkey_keys_purpose_number', ['purpose', 'number'])
    .execute();
}

async function createAudit(
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

  for (const statement of APPEND_ONLY[kind](schema)) await statement.execute(db);
}

function numberedTable(db: Kysely<unknown>, kind: SqlKind, name: string) {
  return db.schema
    .createTable(name)
    .addColumn('id', kind === 'postgres' ? 'bigint' : 'integer', (column) =>
      kind === 'postgres'
        ? column.primaryKey().generatedAlwaysAsIdentity()
        : column.primaryKey().autoIncrement(),
    );
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
const isNewSeal = (schema: string | null) =>
  sql`old.sealed_in is null and new.sealed_in in (select id from ${tableIn(schema, 'latchkey_audit_seals')})`;

/**
 * Returns statements that make the audit log append-only: an event is sealed once, no other column
 * ever changes, and no event is deleted.
 */
const APPEND_ONLY = {
  sqlite: () => [
    sql`create trigger latchkey_audit_events_unsealed before insert on latchkey_audit_events
        when new.sealed_in is not null begin select raise(abort, ${refusal}); end`,
    sql`create trigger latchkey_audit_events_no_delete before delete on latchkey_audit_events
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

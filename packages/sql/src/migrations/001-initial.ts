import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlKind } from '../connection/dialects.ts';
import { tableIn } from '../connection/tables.ts';
import { createAudit } from './audit-tables.ts';
import { numberedTable } from './numbered-table.ts';

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

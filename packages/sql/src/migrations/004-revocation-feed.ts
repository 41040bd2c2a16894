import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlKind } from '../database.ts';

/** What nodes tell one another about revocations. */
export const createRevocationFeed = (kind: SqlKind): Migration => ({
  async up(db: Kysely<unknown>) {
    const table = db.schema
      .createTable('revocation_notices')
      .addColumn('id', kind === 'postgres' ? 'bigint' : 'integer', (column) =>
        kind === 'postgres'
          ? column.primaryKey().generatedAlwaysAsIdentity()
          : column.primaryKey().autoIncrement(),
      )
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('session_id', 'text')
      .addColumn('token_version', 'bigint')
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull());
    /**
     * Ids are drawn before the commit, so their order says nothing about who can be seen:
     * transactions do.
     */
    await (kind === 'postgres'
      ? table.addColumn('xid', sql`xid8`, (column) =>
          column.notNull().defaultTo(sql`pg_current_xact_id()`),
        )
      : table
    ).execute();
    if (kind === 'postgres')
      await db.schema
        .createIndex('revocation_notices_xid')
        .on('revocation_notices')
        .column('xid')
        .execute();
    await db.schema
      .createIndex('revocation_notices_at')
      .on('revocation_notices')
      .column('at')
      .execute();
  },
});

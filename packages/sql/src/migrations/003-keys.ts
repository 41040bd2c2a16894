import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Keys, their private parts encrypted. */
export const createKeys: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('keys')
      .addColumn('kid', 'text', (column) => column.primaryKey())
      .addColumn('purpose', 'text', (column) => column.notNull())
      .addColumn('number', 'bigint', (column) => column.notNull())
      .addColumn('algorithm', 'text', (column) => column.notNull())
      .addColumn('signs_from', 'bigint', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('removed_at', 'bigint')
      .addColumn('sealed', 'text')
      .addUniqueConstraint('keys_purpose_number', ['purpose', 'number'])
      .execute();
  },
};

import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Why sessions ended; kept longer than the sessions themselves. */
export const createSessionReceipts: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('session_receipts')
      .addColumn('session_id', 'text', (column) => column.primaryKey())
      .addColumn('reference', 'text', (column) => column.notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('cause', 'text', (column) => column.notNull())
      .addColumn('ended_by', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('session_receipts_reference')
      .on('session_receipts')
      .column('reference')
      .execute();
    await db.schema
      .createIndex('session_receipts_user')
      .on('session_receipts')
      .columns(['user_id', 'at'])
      .execute();
    await db.schema
      .createIndex('session_receipts_at')
      .on('session_receipts')
      .column('at')
      .execute();
  },
};

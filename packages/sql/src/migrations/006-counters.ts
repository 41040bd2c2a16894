import type { Kysely } from 'kysely';

/** Attempts of late, for limits that all nodes share. */
export const createCounters = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('counters')
      .addColumn('key', 'text', (column) => column.primaryKey())
      .addColumn('points', 'integer', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('counters_expires_at')
      .on('counters')
      .column('expires_at')
      .execute();
  },
};

import type { Kysely } from 'kysely';

/** The table of counters of recent attempts, for limits that all nodes share. */
export interface CountersTable {
  key: string;
  points: number;
  /** When the count resets to 0, in milliseconds since the epoch. */
  expires_at: number;
}

export async function createCountersTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('app_counters')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('points', 'integer', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('app_counters_expires_at')
    .on('app_counters')
    .column('expires_at')
    .execute();
}

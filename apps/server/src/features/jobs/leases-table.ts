import type { Kysely } from 'kysely';

/** The table of leases: which node runs a job. */
export interface LeasesTable {
  name: string;
  holder: string;
  /** When the lease expires, in milliseconds since the epoch. */
  until: number;
}

export async function createLeasesTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('app_leases')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('holder', 'text', (column) => column.notNull())
    .addColumn('until', 'bigint', (column) => column.notNull())
    .execute();
}

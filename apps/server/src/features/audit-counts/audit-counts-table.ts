import { type Kysely, sql } from 'kysely';

/** Numbers of sealed audit events, by hour, kind and reason. */
export interface AuditCountsTable {
  /** Hours since the epoch. */
  hour: number;
  kind: string;
  /** Empty for events without a reason: a primary key has no nulls. */
  reason: string;
  count: number;
}

/** One row: every event up to this seal is counted. */
export interface AuditCountsCursorTable {
  seal: number;
}

export async function createAuditCountsTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('app_audit_counts')
    .addColumn('hour', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('count', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('app_audit_counts_pkey', ['hour', 'kind', 'reason'])
    .execute();
  await db.schema
    .createTable('app_audit_counts_cursor')
    .addColumn('seal', 'bigint', (column) => column.notNull())
    .execute();
  await sql`insert into app_audit_counts_cursor (seal) values (0)`.execute(db);
}

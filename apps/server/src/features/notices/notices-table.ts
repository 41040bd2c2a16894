import type { Kysely } from 'kysely';

/** The table of notices: what a user has to be told until they have dealt with it. */
export interface NoticesTable {
  user_id: string;
  kind: string;
  /** When it happened, in milliseconds since the epoch. */
  at: number;
  cause: string | null;
  shown_reason: string | null;
}

export async function createNoticesTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('app_notices')
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('cause', 'text')
    .addColumn('shown_reason', 'text')
    .addPrimaryKeyConstraint('app_notices_key', ['user_id', 'kind'])
    .execute();
}

import type { SqlKind } from '@latchkey/sql';
import { type Kysely, sql } from 'kysely';

/** The table of receipts of ended sessions; they are kept longer than the sessions. */
export interface SessionReceiptsTable {
  session_id: string;
  reference: string;
  user_id: string;
  cause: string;
  ended_by: string;
  /** When the session ended, in milliseconds since the epoch. */
  at: number;
  /** The reason that an administrator gives to the user. */
  shown_reason: string | null;
}

export async function createSessionReceiptsTable(
  db: Kysely<unknown>,
  kind: SqlKind,
): Promise<void> {
  await db.schema
    .createTable('app_session_receipts')
    .addColumn('session_id', 'text', (column) => column.primaryKey())
    .addColumn(
      'reference',
      // Ordered by bytes on both databases, so that an index finds references by their beginning.
      sql.raw(kind === 'postgres' ? 'text collate "C"' : 'text'),
      (column) => column.notNull(),
    )
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('cause', 'text', (column) => column.notNull())
    .addColumn('ended_by', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('shown_reason', 'text')
    .execute();
  for (const [name, columns] of [
    ['reference', ['reference']],
    ['user', ['user_id', 'at']],
    ['at', ['at']],
  ] as const)
    await db.schema
      .createIndex(`app_session_receipts_${name}`)
      .on('app_session_receipts')
      .columns([...columns])
      .execute();
}

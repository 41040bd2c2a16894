import type { Kysely } from 'kysely';
import type { SqlKind } from '../connection/dialects.ts';

/** Begins a table whose rows the database numbers. */
export function numberedTable(db: Kysely<unknown>, kind: SqlKind, name: string) {
  return db.schema
    .createTable(name)
    .addColumn('id', kind === 'postgres' ? 'bigint' : 'integer', (column) =>
      kind === 'postgres'
        ? column.primaryKey().generatedAlwaysAsIdentity()
        : column.primaryKey().autoIncrement(),
    );
}

import type { Migration } from 'kysely/migration';
import type { SqlKind } from '../connection/dialects.ts';
import { LATCHKEY_TABLES } from '../connection/tables.ts';
import { initial } from './001-initial.ts';

/**
 * The migrations of one owner of tables: the packages, or an app with its own tables in the same
 * database.
 *
 * @example
 * import { type MigrationSet, openDatabase } from '@latchkey/sql';
 *
 * const migrations: MigrationSet = {
 *   recordedIn: 'shop_migrations',
 *   tables: ['shop_orders'],
 *   migrations: () => ({
 *     '001-initial': {
 *       up: (db) => db.schema.createTable('shop_orders').addColumn('id', 'text').execute(),
 *     },
 *   }),
 * };
 * const database = await openDatabase('file:shop.db', { migrations });
 */
export interface MigrationSet {
  /** The table that records which migrations have run. No other set may use it. */
  readonly recordedIn: string;
  /** Every table that the migrations make; a database with only some of them is refused. */
  readonly tables: readonly string[];
  /** Every migration by its name, in order. Forward only: one that has landed is never edited. */
  migrations(kind: SqlKind): Readonly<Record<string, Migration>>;
}

/** A set whose tables, record included, are in a schema; `null`: in the search path. */
export interface PlacedSet extends MigrationSet {
  readonly schema: string | null;
  /** A column of each table, by which it is told from a table of another app with its name. */
  readonly marks: Readonly<Record<string, string>>;
}

/** The migrations of the packages' tables, in a schema. */
const latchkeyMigrations = (schema: string | null): PlacedSet => ({
  recordedIn: 'latchkey_migrations',
  tables: LATCHKEY_TABLES,
  migrations: (kind) => ({ '001-initial': initial(kind, schema) }),
  schema,
  marks: {
    latchkey_migrations: 'name',
    latchkey_sessions: 'sealed_successor',
    latchkey_revocations: 'revoked_at',
    latchkey_revocation_notices: 'token_version',
    latchkey_keys: 'signs_from',
    latchkey_audit_events: 'sealed_in',
    latchkey_audit_seals: 'sealed_at',
    latchkey_audit_removals: 'last_seal',
  },
});

/**
 * Returns every set of migrations of a database: the packages' first, as an app's may build on it.
 */
export const allSets = (
  schema: string | null,
  own: MigrationSet | undefined,
): readonly PlacedSet[] => [
  latchkeyMigrations(schema),
  ...(own
    ? [
        {
          recordedIn: own.recordedIn,
          tables: own.tables,
          migrations: (kind: SqlKind) => own.migrations(kind),
          schema: null,
          marks: {},
        },
      ]
    : []),
];

import type { Migration } from 'kysely/migration';
import { LATCHKEY_TABLES } from '../connection/tables.ts';
import type { SqlKind } from '../connection/target.ts';
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

export const LATCHKEY_MIGRATIONS: MigrationSet = {
  recordedIn: 'latchkey_migrations',
  tables: LATCHKEY_TABLES,
  migrations: (kind) => ({ '001-initial': initial(kind) }),
};

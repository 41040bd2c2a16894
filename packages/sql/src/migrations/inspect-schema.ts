import { type Kysely, sql } from 'kysely';
import type { Target } from '../connection/target.ts';
import type { MigrationSet } from './migration-set.ts';
import { SchemaError } from './schema-error.ts';

type Place = Pick<Target, 'kind' | 'disposal'>;

/** Returns the names of the tables in the schema where new tables are created. */
async function tableNames(db: Kysely<unknown>, { kind }: Place): Promise<ReadonlySet<string>> {
  const names =
    kind === 'sqlite'
      ? sql<{ name: string }>`select name from sqlite_master where type = 'table'`
      : sql<{
          name: string;
        }>`select tablename as name from pg_tables where schemaname = current_schema()`;
  return new Set((await names.execute(db)).rows.map(({ name }) => name));
}

/** Returns the names of the migrations that a table records; none if it does not exist. */
async function recorded(
  db: Kysely<unknown>,
  table: string,
  tables: ReadonlySet<string>,
): Promise<string[]> {
  if (!tables.has(table)) return [];
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(table)}`.execute(db);
  return rows.map(({ name }) => name);
}

/** A migration recorded by every older version, whose tables had no prefix. */
const OLDER_MIGRATION = '001-sessions-and-users';
/** Columns of a `sessions` table that only such an older version has, not another app's. */
const OLDER_COLUMNS = ['sealed_successor', 'handed_out_at'];

/**
 * Refuses a database that was made by an older version, before any change. Tables of another app
 * are left alone under any name.
 *
 * @throws SchemaError
 */
export async function refuseOlderSchema(db: Kysely<unknown>, place: Place): Promise<void> {
  const tables = await tableNames(db, place);
  const isOlder =
    (await hasOlderRecord(db, tables)) ||
    (tables.has('sessions') && (await hasOlderSessions(db, place)));
  if (isOlder)
    throw new SchemaError(
      `was made by an older version of Latchkey, whose data is not converted: ${place.disposal}`,
    );
}

async function hasOlderRecord(db: Kysely<unknown>, tables: ReadonlySet<string>): Promise<boolean> {
  // Errors count as no record: another app's table with this name may have any columns.
  const names = await recorded(db, 'kysely_migration', tables).catch((): string[] => []);
  return names.includes(OLDER_MIGRATION);
}

async function hasOlderSessions(db: Kysely<unknown>, { kind }: Place): Promise<boolean> {
  const columns =
    kind === 'sqlite'
      ? sql<{ name: string }>`select name from pragma_table_info('sessions')`
      : sql<{ name: string }>`select column_name as name from information_schema.columns
          where table_schema = current_schema() and table_name = 'sessions'`;
  const names = (await columns.execute(db)).rows.map(({ name }) => name);
  return OLDER_COLUMNS.every((column) => names.includes(column));
}

/**
 * Compares the recorded migrations with the existing tables, before any change.
 *
 * @returns the names of the migrations that have run
 * @throws SchemaError where a newer program migrated the database, or a part of the tables or of
 *   the record is lost
 */
export async function inspectSchema(
  db: Kysely<unknown>,
  { recordedIn, tables: expected, migrations }: MigrationSet,
  place: Place,
): Promise<string[]> {
  // Reads the tables first: a commit of another process in between then shows in the record.
  const tables = await tableNames(db, place);
  const names = await recorded(db, recordedIn, tables);
  const known = migrations(place.kind);
  const newer = names.find((name) => !Object.hasOwn(known, name));
  if (newer !== undefined)
    throw new SchemaError(
      `has a schema that is newer than this program (migration ${newer} in ${recordedIn}): update the program`,
    );
  const present = expected.filter((table) => tables.has(table));
  if (names.length === 0 && present.length > 0)
    throw new SchemaError(
      `is half migrated (it has the table ${present[0]}, and ${recordedIn} records no migration): restore a whole backup, or ${place.disposal}`,
    );
  return names;
}

/**
 * Makes sure that a migrated database has every table.
 *
 * @throws SchemaError
 */
export async function requireTables(
  db: Kysely<unknown>,
  { recordedIn, tables: expected }: MigrationSet,
  place: Place,
): Promise<void> {
  const tables = await tableNames(db, place);
  const missing = expected.find((table) => !tables.has(table));
  if (missing !== undefined)
    throw new SchemaError(
      `is half migrated (it lacks the table ${missing}, and ${recordedIn} says it was made): restore a whole backup, or ${place.disposal}`,
    );
}

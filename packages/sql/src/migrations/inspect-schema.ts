import { type Kysely, sql } from 'kysely';
import type { Target } from '../connection/target.ts';
import type { PlacedSet } from './migration-set.ts';
import { SchemaError } from './schema-error.ts';

type Place = Pick<Target, 'kind' | 'disposal'>;

/** The schema in which names are looked up, as SQL; by default the one where tables are created. */
const schemaOf = (schema: string | null) =>
  schema === null ? sql`current_schema()` : sql`${schema}::text`;

/** Returns the schema where new tables are created; `null` if the search path has none. */
export async function currentSchema(db: Kysely<unknown>): Promise<string | null> {
  const { rows } = await sql<{
    name: string | null;
  }>`select current_schema()::text as name`.execute(db);
  return rows[0]?.name ?? null;
}

/** Returns what exists in a schema under a name: tables, views, indexes and sequences. */
async function namesIn(
  db: Kysely<unknown>,
  { kind }: Place,
  schema: string | null,
): Promise<ReadonlySet<string>> {
  const names =
    kind === 'sqlite'
      ? sql<{ name: string }>`select name from sqlite_master where type in ('table', 'view')`
      : sql<{ name: string }>`select relname::text as name from pg_catalog.pg_class
          join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace where nspname = ${schemaOf(schema)}`;
  return new Set((await names.execute(db)).rows.map(({ name }) => name));
}

/** Returns the names of the columns of a table or view; none if there is no such table. */
async function columnsOf(
  db: Kysely<unknown>,
  { kind }: Place,
  schema: string | null,
  table: string,
): Promise<string[]> {
  const columns =
    kind === 'sqlite'
      ? sql<{ name: string }>`select name from pragma_table_info(${table})`
      : sql<{ name: string }>`select attname::text as name from pg_catalog.pg_attribute
          join pg_catalog.pg_class on pg_class.oid = attrelid
          join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace
          where nspname = ${schemaOf(schema)} and relname = ${table} and attnum > 0 and not attisdropped`;
  return (await columns.execute(db)).rows.map(({ name }) => name);
}

/** Returns the names of the migrations that a table records. */
async function recorded(
  db: Kysely<unknown>,
  schema: string | null,
  table: string,
): Promise<string[]> {
  const from = schema === null ? sql.table(table) : sql.id(schema, table);
  const { rows } = await sql<{ name: string }>`select name from ${from}`.execute(db);
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
  const names = await namesIn(db, place, null);
  const isOlder =
    (names.has('kysely_migration') && (await hasOlderRecord(db))) ||
    (names.has('sessions') && (await hasOlderSessions(db, place)));
  if (isOlder)
    throw new SchemaError(
      `was made by an older version of Latchkey, whose data is not converted: ${place.disposal}`,
    );
}

async function hasOlderRecord(db: Kysely<unknown>): Promise<boolean> {
  // Errors count as no record: another app's table with this name may have any columns.
  const names = await recorded(db, null, 'kysely_migration').catch((): string[] => []);
  return names.includes(OLDER_MIGRATION);
}

async function hasOlderSessions(db: Kysely<unknown>, place: Place): Promise<boolean> {
  const names = await columnsOf(db, place, null, 'sessions');
  return OLDER_COLUMNS.every((column) => names.includes(column));
}

/**
 * Compares the recorded migrations with the existing tables, before any change.
 *
 * @returns the names of the migrations that have run
 * @throws SchemaError where a newer program migrated the database, a part of the tables or of the
 *   record is lost, or another app has a table with one of their names
 */
export async function inspectSchema(
  db: Kysely<unknown>,
  set: PlacedSet,
  place: Place,
): Promise<string[]> {
  const { recordedIn, tables: expected, migrations, schema } = set;
  // Reads the names first: a commit of another process in between then shows in the record.
  const names = await namesIn(db, place, schema);
  const present = expected.filter((table) => names.has(table));
  for (const table of [recordedIn, ...present])
    if (names.has(table)) await refuseOther(db, set, place, table);
  const executed = names.has(recordedIn) ? await recorded(db, schema, recordedIn) : [];
  const known = migrations(place.kind);
  const newer = executed.find((name) => !Object.hasOwn(known, name));
  if (newer !== undefined)
    throw new SchemaError(
      `has a schema that is newer than this program (migration ${newer} in ${recordedIn}): update the program`,
    );
  if (executed.length === 0 && present.length > 0)
    throw new SchemaError(
      `is half migrated (it has the table ${present[0]}, and ${recordedIn} records no migration): restore a whole backup, or ${place.disposal}`,
    );
  return executed;
}

/**
 * Refuses a table of another app that has the name of one of ours.
 *
 * @throws SchemaError
 */
async function refuseOther(
  db: Kysely<unknown>,
  { marks, schema }: PlacedSet,
  place: Place,
  table: string,
): Promise<void> {
  const mark = marks[table];
  if (mark === undefined || (await columnsOf(db, place, schema, table)).includes(mark)) return;
  const own =
    place.kind === 'postgres'
      ? ', or give the tables of Latchkey a schema of their own with the option schema'
      : ', or give Latchkey a file of its own';
  throw new SchemaError(
    `has something named ${table} that Latchkey did not make (it has no column ${mark}): rename it${own}`,
  );
}

/** The tables of a schema that this user may not read and write. */
const forbidden = (schema: string | null, tables: readonly string[]) =>
  sql<{ name: string }>`select relname::text as name from pg_catalog.pg_class
    join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace
    where nspname = ${schemaOf(schema)} and relname::text = any(${sql.val(tables)}::text[])
      and not (has_table_privilege(pg_class.oid, 'select') and has_table_privilege(pg_class.oid, 'insert'))
    order by 1`;

/**
 * Makes sure that a migrated database has every table, and that this user may use them.
 *
 * @throws SchemaError
 */
export async function requireTables(
  db: Kysely<unknown>,
  { recordedIn, tables: expected, schema }: PlacedSet,
  place: Place,
): Promise<void> {
  const names = await namesIn(db, place, schema);
  const missing = expected.find((table) => !names.has(table));
  if (missing !== undefined)
    throw new SchemaError(
      `is half migrated (it lacks the table ${missing}, and ${recordedIn} says it was made): restore a whole backup, or ${place.disposal}`,
    );
  if (place.kind === 'sqlite') return;
  const { rows } = await forbidden(schema, expected).execute(db);
  if (rows.length > 0)
    throw new SchemaError(
      `does not let this user read and write ${rows.map(({ name }) => name).join(', ')}: grant select, insert, update, delete on these tables to that user`,
    );
}

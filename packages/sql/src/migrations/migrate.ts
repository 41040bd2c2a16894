import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { reasonOf } from '../connection/opening-fault.ts';
import type { Target } from '../connection/target.ts';
import {
  currentSchema,
  inspectSchema,
  refuseOlderSchema,
  requireTables,
} from './inspect-schema.ts';
import type { PlacedSet } from './migration-set.ts';
import { SchemaError } from './schema-error.ts';

/** Creates Kysely's migrator with the tables of a set. */
export function migratorOf(
  db: Kysely<unknown>,
  { recordedIn, migrations, schema }: PlacedSet,
  kind: Target['kind'],
): Migrator {
  return new Migrator({
    db,
    provider: { getMigrations: async () => migrations(kind) },
    migrationTableName: recordedIn,
    migrationLockTableName: `${recordedIn}_lock`,
    ...(schema !== null && { migrationTableSchema: schema }),
  });
}

/**
 * Runs the migrations that have not run yet, each set whole or not at all, and records them in the
 * database. Processes that start together wait for each other.
 *
 * @param runs false: missing migrations are an error
 * @returns the names of the migrations that ran, each after the table that records it
 * @throws SchemaError if the existing tables do not fit; Error naming the migration that
 *   failed, with the driver's error as its cause. The database is as it was
 */
export async function migrate(
  db: Kysely<unknown>,
  sets: readonly PlacedSet[],
  place: Pick<Target, 'kind' | 'disposal'>,
  runs: boolean,
): Promise<string[]> {
  await refuseOlderSchema(db, place);
  const missing: { readonly set: PlacedSet; readonly names: readonly string[] }[] = [];
  for (const set of sets) {
    const executed = await inspectSchema(db, set, place);
    const all = Object.keys(set.migrations(place.kind));
    missing.push({ set, names: all.filter((name) => !executed.includes(name)) });
  }
  const pending = missing.flatMap(({ set, names }) =>
    names.map((name) => `${set.recordedIn}/${name}`),
  );
  if (pending.length > 0 && !runs)
    throw new SchemaError(
      `lacks the migration ${pending.join(', ')}, and the option migrate is false: run the statements of migrationSql or pendingMigrations, or leave the option out`,
    );
  const ran: string[] = [];
  for (const { set, names } of missing) {
    if (names.length > 0) ran.push(...(await migrateSet(db, set, place.kind)));
    await requireTables(db, set, place);
  }
  return ran;
}

async function migrateSet(
  db: Kysely<unknown>,
  set: PlacedSet,
  kind: Target['kind'],
): Promise<string[]> {
  if (set.schema !== null) await makeSchema(db, set.schema);
  const schema = set.schema ?? (kind === 'postgres' ? await currentSchema(db) : null);
  /** Without a schema, the migrator would take a table of any schema for its own. */
  const migrator = migratorOf(db, { ...set, schema }, kind);
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error) {
    const failed = results.find((result) => result.status === 'Error')?.migrationName;
    throw new Error(
      `${failed ? `migration ${failed} of ${set.recordedIn} failed: ` : ''}${reasonOf(error)}`,
      { cause: error },
    );
  }
  return results.map(({ migrationName }) => `${set.recordedIn}/${migrationName}`);
}

/** Creates a schema if it is missing: a user who may not create one may use an existing one. */
async function makeSchema(db: Kysely<unknown>, schema: string): Promise<void> {
  const found = await sql`select 1 from pg_catalog.pg_namespace where nspname = ${schema}`.execute(
    db,
  );
  if (found.rows.length > 0) return;
  try {
    await sql`create schema if not exists ${sql.id(schema)}`.execute(db);
  } catch (error) {
    throw new Error(`the schema ${schema} cannot be created: ${reasonOf(error)}`, { cause: error });
  }
}

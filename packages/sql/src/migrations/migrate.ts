import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Target } from '../connection/target.ts';
import { inspectSchema, refuseOlderSchema, requireTables } from './inspect-schema.ts';
import { LATCHKEY_MIGRATIONS, type MigrationSet } from './migration-set.ts';

/**
 * Returns every set of migrations of a database: the packages' first, as an app's may build on it.
 */
export const allSets = (own: MigrationSet | undefined): readonly MigrationSet[] =>
  own ? [LATCHKEY_MIGRATIONS, own] : [LATCHKEY_MIGRATIONS];

/** Creates Kysely's migrator with the tables of a set. */
export function migratorOf(
  db: Kysely<unknown>,
  { recordedIn, migrations }: MigrationSet,
  kind: Target['kind'],
): Migrator {
  return new Migrator({
    db,
    provider: { getMigrations: async () => migrations(kind) },
    migrationTableName: recordedIn,
    migrationLockTableName: `${recordedIn}_lock`,
  });
}

/**
 * Runs the migrations that have not run yet, each set whole or not at all, and records them in the
 * database. Processes that start together wait for each other.
 *
 * @returns the names of the migrations that ran, each after the table that records it
 * @throws SchemaError if the existing tables do not fit; Error naming the migration that
 *   failed, with the driver's error as its cause. The database is as it was
 */
export async function migrate(
  db: Kysely<unknown>,
  sets: readonly MigrationSet[],
  place: Pick<Target, 'kind' | 'disposal'>,
): Promise<string[]> {
  await refuseOlderSchema(db, place);
  for (const set of sets) await inspectSchema(db, set, place);
  const ran: string[] = [];
  for (const set of sets) {
    ran.push(...(await migrateSet(db, set, place.kind)));
    await requireTables(db, set, place);
  }
  return ran;
}

async function migrateSet(
  db: Kysely<unknown>,
  set: MigrationSet,
  kind: Target['kind'],
): Promise<string[]> {
  const { error, results = [] } = await migratorOf(db, set, kind).migrateToLatest();
  if (error) {
    const failed = results.find((result) => result.status === 'Error')?.migrationName;
    throw new Error(
      `${failed ? `migration ${failed} of ${set.recordedIn} failed: ` : ''}${reasonOf(error)}`,
      { cause: error },
    );
  }
  return results.map(({ migrationName }) => `${set.recordedIn}/${migrationName}`);
}

/**
 * Returns the reason of an error. Refused connections are one error per address, in an error
 * without a message.
 */
function reasonOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(error);
}

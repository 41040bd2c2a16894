import { existsSync } from 'node:fs';
import { DummyDriver, Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { locate, type Target } from '../connection/target.ts';
import { inspectSchema, refuseOlderSchema } from './inspect-schema.ts';
import { allSets } from './migrate.ts';
import type { MigrationSet } from './migration-set.ts';
import { SchemaError } from './schema-error.ts';

/** A migration that has not run yet. */
export interface PendingMigration {
  /** The table that will record the migration, and its name. */
  readonly name: string;
  readonly statements: readonly string[];
}

/**
 * Tells what opening a database would run, without running it and without creating a file.
 *
 * @param options `migrations`: the app's own, as given to `openDatabase`
 * @throws Error in one sentence if the database cannot be read, or `openDatabase` would refuse it
 * @example
 * import { pendingMigrations } from '@latchkey/sql';
 *
 * for (const { name, statements } of await pendingMigrations('postgres://app@db.internal/app'))
 *   console.log(name, statements.join(';\n'));
 */
export async function pendingMigrations(
  url: string,
  { migrations }: { readonly migrations?: MigrationSet } = {},
): Promise<PendingMigration[]> {
  const exists = !url.startsWith('file:') || existsSync(url.slice('file:'.length));
  const target = locate(exists ? url : 'memory:');
  const db = new Kysely<unknown>({ dialect: target.dialect() });
  try {
    await refuseOlderSchema(db, target);
    const pending: PendingMigration[] = [];
    for (const set of allSets(migrations)) {
      const executed = await inspectSchema(db, set, target);
      for (const [name, migration] of Object.entries(set.migrations(target.kind)))
        if (!executed.includes(name))
          pending.push({
            name: `${set.recordedIn}/${name}`,
            statements: await statementsOf(migration, target.kind),
          });
    }
    return pending;
  } catch (error) {
    if (error instanceof SchemaError)
      throw new Error(`${target.description} ${error.message}.`, { cause: error });
    throw new Error(
      `${target.description} cannot be read (${error instanceof Error ? error.message : 'unknown error'}). ${target.advice}`,
      { cause: error },
    );
  } finally {
    await db.destroy();
  }
}

/** Runs a migration against a driver that only records its statements. */
async function statementsOf(migration: Migration, kind: Target['kind']): Promise<string[]> {
  const statements: string[] = [];
  const { dialect } = locate(kind === 'sqlite' ? 'memory:' : 'postgres://user@localhost/none');
  const real = dialect();
  const db = new Kysely<unknown>({
    dialect: {
      createAdapter: () => real.createAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (own) => real.createIntrospector(own),
      createQueryCompiler: () => real.createQueryCompiler(),
    },
    log: ({ query }) => void statements.push(query.sql),
  });
  await migration.up(db);
  return statements;
}

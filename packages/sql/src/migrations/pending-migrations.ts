import { existsSync } from 'node:fs';
import { Kysely } from 'kysely';
import type { DatabaseSource } from '../connection/borrowed/database-source.ts';
import { checkOptions, type PlaceOptions } from '../connection/database-options.ts';
import { locate, openingFault } from '../connection/target.ts';
import { inspectSchema, refuseOlderSchema } from './inspect-schema.ts';
import { allSets } from './migration-set.ts';
import { SchemaError } from './schema-error.ts';
import { recordStatementsOf, statementsOf } from './statements.ts';

/** A migration that has not run yet. */
export interface PendingMigration {
  /** The table that will record the migration, and its name. */
  readonly name: string;
  /** The statements of the migration, and of its record. */
  readonly statements: readonly string[];
}

/**
 * Tells what opening a database would run, without running it and without creating a file.
 *
 * @param options `schema` and `migrations`, as given to `openDatabase`
 * @throws Error in one sentence if the database cannot be read, or `openDatabase` would refuse it
 * @example
 * import { pendingMigrations } from '@latchkey/sql';
 *
 * for (const { name, statements } of await pendingMigrations('postgres://app@db.internal/app'))
 *   console.log(name, statements.join(';\n'));
 */
export async function pendingMigrations(
  source: DatabaseSource,
  options: PlaceOptions = {},
): Promise<PendingMigration[]> {
  checkOptions(options, ['schema', 'migrations']);
  const { schema } = options;
  const isMissing =
    typeof source === 'string' &&
    source.startsWith('file:') &&
    !existsSync(source.slice('file:'.length));
  const target = await locate(isMissing ? 'memory:' : source, { schema });
  const db = new Kysely<unknown>({ dialect: target.dialect() });
  try {
    await refuseOlderSchema(db, target);
    const pending: PendingMigration[] = [];
    for (const set of allSets(target.schema, options.migrations)) {
      const executed = await inspectSchema(db, set, target);
      for (const name of Object.keys(set.migrations(target.kind)))
        if (!executed.includes(name))
          pending.push({
            name: `${set.recordedIn}/${name}`,
            statements: [
              ...(executed.length === 0 &&
              pending.at(-1)?.name.startsWith(`${set.recordedIn}/`) !== true
                ? await recordStatementsOf(set, target.kind)
                : []),
              ...(await statementsOf(set, name, target.kind)),
            ],
          });
    }
    return pending;
  } catch (error) {
    if (error instanceof SchemaError)
      throw new Error(`${target.description} ${error.message}.`, { cause: error });
    throw new Error(openingFault(target, error as Error), { cause: error });
  } finally {
    await db.destroy();
  }
}

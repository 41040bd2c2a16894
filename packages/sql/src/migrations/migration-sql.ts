import { OptionsError } from '@latchkey/core';
import { checkOptions, type PlaceOptions } from '../connection/database-options.ts';
import type { SqlKind } from '../connection/dialects.ts';
import { allSets } from './migration-set.ts';
import { recordStatementsOf, statementsOf } from './statements.ts';

/** The options of {@link migrationSql}. */
export interface MigrationSqlOptions extends PlaceOptions {
  readonly dialect: SqlKind;
}

/**
 * Returns the statements that make the packages' tables in an empty place, and record that they
 * did, for apps that migrate with a tool of their own. Run them in one transaction, in this order,
 * as a user who may create tables; `openDatabase` then finds nothing to do.
 *
 * @throws OptionsError for unknown or invalid options
 * @example
 * import { writeFileSync } from 'node:fs';
 * import { migrationSql } from '@latchkey/sql';
 *
 * const statements = await migrationSql({ dialect: 'postgres', schema: 'latchkey' });
 * writeFileSync('migrations/0007_latchkey.sql', `${statements.join(';\n\n')};\n`);
 */
export async function migrationSql({
  dialect,
  ...options
}: MigrationSqlOptions): Promise<readonly string[]> {
  checkOptions(options, ['schema', 'migrations']);
  if (dialect !== 'postgres' && dialect !== 'sqlite')
    throw new OptionsError([
      { option: 'dialect', value: dialect, fix: "must be 'postgres' or 'sqlite'" },
    ]);
  if (dialect === 'sqlite' && options.schema !== undefined)
    throw new OptionsError([
      {
        option: 'schema',
        value: options.schema,
        fix: 'is for PostgreSQL: leave it out for SQLite',
      },
    ]);
  const statements: string[] = [];
  for (const set of allSets(options.schema ?? null, options.migrations)) {
    statements.push(...(await recordStatementsOf(set, dialect)));
    for (const name of Object.keys(set.migrations(dialect)))
      statements.push(...(await statementsOf(set, name, dialect)));
  }
  return statements;
}

import { type OptionFault, OptionsError } from '@latchkey/core';
import type { MigrationSet } from '../migrations/migration-set.ts';

/** Where in a database the tables are, and how to reach it. */
export interface PlaceOptions {
  /**
   * PostgreSQL only: the schema of the packages' tables and of the record of their migrations. It
   * is created if it is missing. By default the first schema of the search path.
   */
  readonly schema?: string | undefined;
  /** Migrations of an app that keeps tables of its own in the same database. */
  readonly migrations?: MigrationSet | undefined;
}

/** The options of `openDatabase`. */
export interface OpenDatabaseOptions extends PlaceOptions {
  /** For a URL: the most connections to PostgreSQL; 10 by default. */
  readonly poolSize?: number | undefined;
  /**
   * PostgreSQL only: a URL for LISTEN that leads to the server itself, if a pooler (PgBouncer in
   * transaction mode) is in front of it, or the database was given as a Kysely instance. Without it
   * nodes poll twice a second.
   */
  readonly listenUrl?: string | undefined;
  /**
   * `false`: a database that lacks a migration is refused. Run the statements of `migrationSql`
   * yourself. By default missing migrations run when the database is opened.
   */
  readonly migrate?: boolean | undefined;
}

type Check = (value: unknown) => string | null;

/** The longest name in PostgreSQL, in bytes. */
const NAME_BYTES = 63;
const SCHEMA_FIX = `must be 1 to ${NAME_BYTES} letters, digits and underscores, not begin with a digit or pg_, and not be information_schema`;

function schemaFault(schema: unknown): string | null {
  const isName =
    typeof schema === 'string' &&
    /^[a-z_][a-z0-9_]*$/i.test(schema) &&
    schema.length <= NAME_BYTES &&
    !/^(pg_|information_schema$)/i.test(schema);
  return isName ? null : SCHEMA_FIX;
}

const CHECKS: Readonly<Record<keyof OpenDatabaseOptions, Check>> = {
  schema: schemaFault,
  poolSize: (value) =>
    Number.isInteger(value) && Number(value) > 0 ? null : 'must be a whole number of at least 1',
  listenUrl: (value) =>
    typeof value === 'string' && /^postgres(ql)?:\/\//.test(value)
      ? null
      : 'must be a URL of PostgreSQL: postgres://user:password@host:port/database',
  migrate: (value) => (typeof value === 'boolean' ? null : 'must be true or false'),
  migrations: (value) =>
    typeof value === 'object' &&
    value !== null &&
    'recordedIn' in value &&
    'tables' in value &&
    'migrations' in value
      ? null
      : 'must be { recordedIn, tables, migrations }',
};

/** Values that no message may quote. */
const SECRET: ReadonlySet<string> = new Set<keyof OpenDatabaseOptions>(['listenUrl']);

/**
 * Checks the options of a function of this package.
 *
 * @param known the names of the function's options
 * @throws OptionsError listing every fault with its fix
 */
export function checkOptions(
  options: OpenDatabaseOptions,
  known: readonly (keyof OpenDatabaseOptions)[],
): void {
  const faults: OptionFault[] = [];
  for (const [option, value] of Object.entries(options)) {
    const shown = SECRET.has(option) ? '…' : value;
    const check = known.find((name) => name === option);
    const fix = check
      ? value === undefined
        ? null
        : CHECKS[check](value)
      : `is not an option: leave it out, or write one of ${known.join(', ')}`;
    if (fix !== null) faults.push({ option, value: shown, fix });
  }
  if (faults.length > 0) throw new OptionsError(faults);
}

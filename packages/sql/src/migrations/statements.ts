import { type CompiledQuery, DummyDriver, Kysely, sql } from 'kysely';
import { dialectOver, type SqlKind } from '../connection/dialects.ts';
import type { PlacedSet } from './migration-set.ts';

/** The time of a migration as the migrator records it. */
const NOW = {
  postgres: sql`to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  sqlite: sql`strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`,
};

/**
 * Runs work against a driver that only records its statements.
 *
 * @returns the statements, without parameters
 */
async function recordedOf(
  kind: SqlKind,
  work: (db: Kysely<unknown>) => Promise<unknown>,
): Promise<string[]> {
  const statements: string[] = [];
  const record = ({ sql: text, parameters }: CompiledQuery) => {
    if (parameters.length > 0) throw new Error(`a migration has parameters: ${text}`);
    statements.push(text);
  };
  const db = new Kysely<unknown>({
    dialect: dialectOver(kind, () => new DummyDriver()),
    log: ({ query }) => record(query),
  });
  await work(db);
  return statements;
}

const tableOf = ({ schema }: PlacedSet, name: string) =>
  sql.table(schema === null ? name : `${schema}.${name}`);

/** Returns the statements of a migration, and the one that records it. */
export const statementsOf = (set: PlacedSet, name: string, kind: SqlKind): Promise<string[]> =>
  recordedOf(kind, async (db) => {
    await set.migrations(kind)[name]?.up(db);
    await sql`insert into ${tableOf(set, set.recordedIn)} (name, timestamp) values (${sql.lit(name)}, ${NOW[kind]})`.execute(
      db,
    );
  });

/** Returns the statements that create what a set's migrations are recorded in. */
export const recordStatementsOf = (set: PlacedSet, kind: SqlKind): Promise<string[]> =>
  recordedOf(kind, async (db) => {
    const lock = `${set.recordedIn}_lock`;
    const { schema } = set.schema === null ? db : db.withSchema(set.schema);
    if (set.schema !== null) await db.schema.createSchema(set.schema).ifNotExists().execute();
    await schema
      .createTable(set.recordedIn)
      .addColumn('name', 'varchar(255)', (column) => column.notNull().primaryKey())
      .addColumn('timestamp', 'varchar(255)', (column) => column.notNull())
      .execute();
    await schema
      .createTable(lock)
      .addColumn('id', 'varchar(255)', (column) => column.notNull().primaryKey())
      .addColumn('is_locked', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await sql`insert into ${tableOf(set, lock)} (id, is_locked) values ('migration_lock', 0)`.execute(
      db,
    );
  });

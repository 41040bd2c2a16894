import { Kysely, sql } from 'kysely';
import { whileBusy } from './connection/availability.ts';
import type { Listener } from './connection/postgres-listener.ts';
import { type SqlScope, scopeOf } from './connection/scope.ts';
import type { LatchkeyTables } from './connection/tables.ts';
import { locate, type SqlKind, type Target } from './connection/target.ts';
import { allSets, migrate } from './migrations/migrate.ts';
import type { MigrationSet } from './migrations/migration-set.ts';
import { SchemaError } from './migrations/schema-error.ts';

export type { SqlKind };

/**
 * The queries and transactions of an open database.
 *
 * @typeParam Tables the tables of an app, beside those of the packages
 */
export interface SqlAccess<Tables = unknown> extends SqlScope<LatchkeyTables & Tables> {
  /** The Kysely instance. Its queries do not join a transaction that is under way: see `run`. */
  readonly db: Kysely<LatchkeyTables & Tables>;
  readonly kind: SqlKind;
}

/** An open database, migrated and ready. */
export interface SqlDatabase extends SqlAccess {
  /** A text for messages: names the database, never its password. */
  readonly description: string;
  /**
   * The migrations that ran while the database was opened, each as `table that records it/name`.
   */
  readonly migrated: readonly string[];
  /**
   * The same database and the same transactions, for queries over an app's own tables.
   *
   * @example
   * const { run } = database.withTables<{ shop_orders: { id: string; total: number } }>();
   * const orders = await run((db) => db.selectFrom('shop_orders').selectAll().execute());
   */
  withTables<Tables>(): SqlAccess<Tables>;
  /**
   * Runs a small query to see whether the database answers.
   *
   * @throws StoreUnavailableError
   */
  check(): Promise<void>;
  /**
   * Reads the database's own clock, in milliseconds since the epoch: the one clock for all nodes.
   *
   * @throws StoreUnavailableError
   */
  readTime(): Promise<number>;
  /**
   * Calls `wake` at each notification of a channel. Notifications may be lost, so the caller must
   * also poll. Never on SQLite, which has none.
   */
  listen(channel: string, wake: () => void): Listener;
  close(): Promise<void>;
}

/** The options of {@link openDatabase}. */
export interface OpenDatabaseOptions {
  /** The most connections to PostgreSQL; 10 by default. */
  readonly poolSize?: number;
  /** Migrations of an app that keeps tables of its own in the same database. */
  readonly migrations?: MigrationSet;
}

/** How many seconds opening may wait for other processes that are opening the same database. */
const OPENING_SECONDS = 10;

/**
 * Opens the database that a URL names and brings its schema up to date.
 *
 * @param url `file:path/to/it.db` (relative to the working directory), `memory:`, or
 *   `postgres://user:password@host:port/database`
 * @throws Error in one sentence that names the fault and the fix
 * @example
 * import { openDatabase, sqlSessionStore } from '@latchkey/sql';
 *
 * const database = await openDatabase('postgres://app:secret@db.internal/app');
 * const store = sqlSessionStore(database);
 */
export async function openDatabase(
  url: string,
  { poolSize = 10, migrations }: OpenDatabaseOptions = {},
): Promise<SqlDatabase> {
  const target = locate(url, poolSize);
  const { kind, description } = target;
  const { db, migrated } = await whileBusy(OPENING_SECONDS, () =>
    openAndMigrate(target, allSets(migrations)),
  ).catch((error: Error) => {
    throw new Error(
      error instanceof SchemaError
        ? `${description} ${error.message}.`
        : `${description} cannot be opened (${error.message}). ${target.advice}`,
      { cause: error },
    );
  });
  const scope = scopeOf(db);
  const access: SqlAccess = { ...scope, db, kind };
  const check = () =>
    scope.run(
      async (current) =>
        void (await sql`select id from latchkey_sessions limit 1`.execute(current)),
    );
  return {
    ...access,
    description,
    migrated,
    // Casts to the caller's tables: only the types of the queries differ.
    withTables: <Tables>() => access as unknown as SqlAccess<Tables>,
    check,
    readTime: () => scope.run(readTime(kind)),
    listen: target.listen,
    close: () => db.destroy(),
  };
}

async function openAndMigrate(target: Target, sets: readonly MigrationSet[]) {
  const db = new Kysely<LatchkeyTables>({ dialect: target.dialect() });
  try {
    return { db, migrated: await migrate(db as unknown as Kysely<unknown>, sets, target) };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/**
 * Reads the clock of a database with any schema, without opening it for use.
 *
 * @throws Error if the database cannot be reached
 * @returns milliseconds since the epoch
 * @example
 * import { systemClock } from '@latchkey/core';
 * import { readDatabaseTime } from '@latchkey/sql';
 *
 * const offBy = (await readDatabaseTime('postgres://app@db.internal/app')) - systemClock.now();
 */
export async function readDatabaseTime(url: string): Promise<number> {
  const { kind, dialect } = locate(url, 1);
  const db = new Kysely<LatchkeyTables>({ dialect: dialect() });
  return readTime(kind)(db).finally(() => db.destroy());
}

const NOW = {
  sqlite: sql<{ now: number }>`select cast(unixepoch('now', 'subsec') * 1000 as integer) as now`,
  postgres: sql<{
    now: number;
  }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`,
};

const readTime = (kind: SqlKind) => async (db: Kysely<LatchkeyTables>) =>
  (await NOW[kind].execute(db)).rows[0]?.now ?? Number.NaN;

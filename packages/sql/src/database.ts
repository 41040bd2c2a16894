import { Kysely, sql } from 'kysely';
import { whileBusy } from './connection/availability.ts';
import type { DatabaseSource } from './connection/borrowed/database-source.ts';
import { checkOptions, type OpenDatabaseOptions } from './connection/database-options.ts';
import type { SqlKind } from './connection/dialects.ts';
import type { Listener } from './connection/postgres/listener.ts';
import { inSchema, type SqlScope, scopeOf } from './connection/scope.ts';
import { type LatchkeyTables, tableIn } from './connection/tables.ts';
import { locate, openingFault, type Target } from './connection/target.ts';
import { currentSchema } from './migrations/inspect-schema.ts';
import { migrate } from './migrations/migrate.ts';
import { allSets } from './migrations/migration-set.ts';
import { SchemaError } from './migrations/schema-error.ts';

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
  /** On PostgreSQL the schema of the packages' tables, which every statement names. */
  readonly schema: string | null;
  /** What works less well than it could, one sentence each with the fix. Log them at start. */
  readonly warnings: readonly string[];
  /**
   * The migrations that ran while the database was opened, each as `table that records it/name`.
   */
  readonly migrated: readonly string[];
  /**
   * The same database and the same transactions, for queries over an app's own tables. They are
   * looked up in the search path, whatever the option `schema` says.
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
  /** Closes what was opened here. A pool, a handle or a Kysely instance of yours stays open. */
  close(): Promise<void>;
}

/** How many seconds opening may wait for other processes that are opening the same database. */
const OPENING_SECONDS = 10;

/**
 * Opens a database and brings the packages' schema in it up to date.
 *
 * @param source a URL (`file:path/to/it.db`, `memory:`, `postgres://user:password@host/database`),
 *   a `Pool` of `pg`, a `DatabaseSync` of `node:sqlite`, or a `Kysely` instance
 * @throws OptionsError for unknown or invalid options; Error in one sentence that names the fault
 *   and the fix
 * @example
 * import { openDatabase, sqlSessionStore } from '@latchkey/sql';
 *
 * const database = await openDatabase('postgres://app:secret@db.internal/app');
 * const store = sqlSessionStore(database);
 * @example
 * import { openDatabase } from '@latchkey/sql';
 * import { Pool } from 'pg';
 *
 * const pool = new Pool({ connectionString: 'postgres://app:secret@db.internal/app' });
 * const database = await openDatabase(pool, { schema: 'latchkey' });
 */
export async function openDatabase(
  source: DatabaseSource,
  options: OpenDatabaseOptions = {},
): Promise<SqlDatabase> {
  checkOptions(options, ['poolSize', 'schema', 'listenUrl', 'migrate', 'migrations']);
  const target = await locate(source, options);
  const { kind, description } = target;
  const { db, schema, migrated } = await whileBusy(OPENING_SECONDS, () =>
    openAndMigrate(target, options),
  ).catch((error: Error) => {
    throw new Error(
      error instanceof SchemaError
        ? `${description} ${error.message}.`
        : openingFault(target, error),
      { cause: error },
    );
  });
  const warnings = await target.warnings().catch(async (error: Error) => {
    await db.destroy();
    throw error;
  });
  const scope = scopeOf(db, kind);
  const own = inSchema(scope, schema);
  const listeners = new Set<Listener>();
  return {
    run: own.run,
    transaction: own.transaction,
    afterCommit: own.afterCommit,
    within: own.within,
    db: schema === null ? db : db.withSchema(schema),
    kind,
    schema,
    description,
    warnings,
    migrated,
    // Casts to the caller's tables: only the types of the queries differ.
    withTables: <Tables>() => ({ ...scope, db, kind }) as unknown as SqlAccess<Tables>,
    check: () =>
      own.run(
        async (current) =>
          void (await sql`select id from ${tableIn(schema, 'latchkey_sessions')} limit 1`.execute(
            current,
          )),
      ),
    readTime: () => own.run(readTime(kind)),
    listen(channel, wake) {
      const listener = target.listen(channel, wake);
      listeners.add(listener);
      return {
        async close() {
          listeners.delete(listener);
          await listener.close();
        },
      };
    },
    async close() {
      await Promise.all([...listeners].map((listener) => listener.close()));
      await db.destroy();
    },
  };
}

async function openAndMigrate(target: Target, options: OpenDatabaseOptions) {
  const db = new Kysely<LatchkeyTables>({ dialect: target.dialect() });
  try {
    const untyped = db as unknown as Kysely<unknown>;
    /** Names the schema from here on: an app may set another search path for its connections. */
    const schema =
      target.kind === 'postgres' ? (target.schema ?? (await currentSchema(untyped))) : null;
    const sets = allSets(schema, options.migrations);
    return { db, schema, migrated: await migrate(untyped, sets, target, options.migrate ?? true) };
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
export async function readDatabaseTime(source: DatabaseSource): Promise<number> {
  const { kind, dialect } = await locate(source);
  const db = new Kysely<LatchkeyTables>({ dialect: dialect() });
  return readTime(kind)(db).finally(() => db.destroy());
}

const NOW = {
  sqlite: sql<{ now: number }>`select cast(unixepoch('now', 'subsec') * 1000 as integer) as now`,
  postgres: sql<{
    now: number;
  }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`,
};

/** Converts the value: a driver may return a bigint as a text or a BigInt. */
const readTime = (kind: SqlKind) => async (db: Kysely<LatchkeyTables>) =>
  Number((await NOW[kind].execute(db)).rows[0]?.now ?? Number.NaN);

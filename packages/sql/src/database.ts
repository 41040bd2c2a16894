import { type Dialect, Kysely, sql } from 'kysely';
import { whileBusy } from './connection/availability.ts';
import { nodePostgresDialect } from './connection/node-postgres.ts';
import { nodeSqliteDialect } from './connection/node-sqlite.ts';
import { type Listener, listenOnPostgres } from './connection/postgres-listener.ts';
import { postgresPlace } from './connection/postgres-place.ts';
import { makePrivateFile, tightenFiles } from './connection/private-file.ts';
import { type SqlScope, scopeOf } from './connection/scope.ts';
import type { Database } from './connection/tables.ts';
import { migrate, NewerSchemaError } from './migrations/migrate.ts';

/** Which of the two a database speaks; queries differ in a word here and there. */
export type SqlKind = 'sqlite' | 'postgres';

/** An open database, migrated and ready. */
export interface SqlDatabase extends SqlScope {
  readonly db: Kysely<Database>;
  readonly kind: SqlKind;
  /** For people: which database this is. Never contains a password. */
  readonly description: string;
  /** Names of the migrations that ran when it was opened. */
  readonly migrated: readonly string[];
  /** Asks the database anything. @throws StoreUnavailableError */
  check(): Promise<void>;
  /**
   * The database's own clock, milliseconds since the epoch: the one clock for all nodes. @throws
   * StoreUnavailableError
   */
  readTime(): Promise<number>;
  /**
   * Calls back when a channel is notified of something; the loss of some must do no harm. Never on
   * SQLite, which cannot.
   */
  listen(channel: string, wake: () => void): Listener;
  close(): Promise<void>;
}

/** How long opening may wait for other processes that are opening the same database. */
const OPENING_SECONDS = 10;

export interface Target {
  readonly kind: SqlKind;
  readonly description: string;
  /** What to do when it cannot be opened. */
  readonly advice: string;
  dialect(): Dialect;
  readonly listen: SqlDatabase['listen'];
}

const DEAF: SqlDatabase['listen'] = () => ({ close: async () => {} });

/**
 * Opens the database that a URL names and brings its schema up to date.
 *
 * @param url `file:path/to/it.db` (relative to the working directory), `memory:`, or
 *   `postgres://user:password@host:port/database`
 * @param poolSize connections to PostgreSQL at most
 * @throws Error in one sentence that says what is wrong and what to do
 */
export async function openDatabase(
  url: string,
  { poolSize = 10 }: { poolSize?: number } = {},
): Promise<SqlDatabase> {
  const target = locate(url, poolSize);
  const { kind, description } = target;
  const { db, migrated } = await whileBusy(OPENING_SECONDS, () => openAndMigrate(target)).catch(
    (error: Error) => {
      const advice = error instanceof NewerSchemaError ? 'Update the program.' : target.advice;
      throw new Error(`${description} cannot be opened (${error.message}). ${advice}`, {
        cause: error,
      });
    },
  );
  const scope = scopeOf(db);
  const check = () =>
    scope.run(
      async (current) => void (await sql`select id from sessions limit 1`.execute(current)),
    );
  return {
    ...scope,
    db,
    kind,
    description,
    migrated,
    check,
    readTime: () => scope.run(readTime(kind)),
    listen: target.listen,
    close: () => db.destroy(),
  };
}

export function locate(url: string, poolSize = 10): Target {
  if (url === 'memory:')
    return {
      kind: 'sqlite',
      description: 'SQLite in memory (gone when the process ends)',
      advice: '',
      dialect: () => nodeSqliteDialect(':memory:'),
      listen: DEAF,
    };
  const place = /^postgres(ql)?:\/\//.test(url) ? postgresPlace(url) : null;
  if (place !== null) {
    const advice =
      'Check that it runs and that DATABASE_URL names it, with the right password and a user who may create tables.';
    return {
      kind: 'postgres',
      description: `PostgreSQL at ${place}`,
      advice,
      dialect: () => nodePostgresDialect(url, poolSize),
      listen: (channel, wake) => listenOnPostgres(url, channel, wake),
    };
  }
  const path = url.startsWith('file:') ? url.slice('file:'.length) : '';
  if (path === '')
    throw new Error(
      `DATABASE_URL is ${JSON.stringify(url.replace(/\/\/.*@/, '//…@'))}: it must be file:<path>, memory: or postgres://…`,
    );
  return {
    kind: 'sqlite',
    description: `SQLite at ${path}`,
    advice: 'Make its folder writable, or point DATABASE_URL elsewhere.',
    dialect() {
      makePrivateFile(path);
      const dialect = nodeSqliteDialect(path);
      tightenFiles(path);
      return dialect;
    },
    listen: DEAF,
  };
}

async function openAndMigrate(target: Target) {
  const db = new Kysely<Database>({ dialect: target.dialect() });
  try {
    return { db, migrated: await migrate(db, target.kind) };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/**
 * The clock of a database, of whatever schema, without opening it for use. @throws Error when it
 * cannot be asked
 */
export async function readDatabaseTime(url: string): Promise<number> {
  const { kind, dialect } = locate(url, 1);
  const db = new Kysely<Database>({ dialect: dialect() });
  return readTime(kind)(db).finally(() => db.destroy());
}

const NOW = {
  sqlite: sql<{ now: number }>`select cast(unixepoch('now', 'subsec') * 1000 as integer) as now`,
  postgres: sql<{
    now: number;
  }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`,
};

const readTime = (kind: SqlKind) => async (db: Kysely<Database>) =>
  (await NOW[kind].execute(db)).rows[0]?.now ?? Number.NaN;

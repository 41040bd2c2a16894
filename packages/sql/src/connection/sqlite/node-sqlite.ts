import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely';
import { dialectOver } from '../dialects.ts';

/** What is used of a prepared statement of `node:sqlite`. */
export interface SqliteStatementHandle {
  columns(): readonly unknown[];
  all(...parameters: never[]): unknown[];
  run(...parameters: never[]): {
    readonly changes: number | bigint;
    readonly lastInsertRowid: number | bigint;
  };
  iterate(...parameters: never[]): IterableIterator<unknown>;
  setReturnArrays?(enabled: boolean): void;
}

/** What is used of a `DatabaseSync` of `node:sqlite`. */
export interface SqliteHandle {
  prepare(sql: string): SqliteStatementHandle;
  exec(sql: string): void;
  location?(name?: string): string | null;
  readonly isTransaction?: boolean;
  readonly isOpen?: boolean;
}

/** Node's own driver, `node:sqlite`. */
type NodeSqlite = typeof import('node:sqlite');

/**
 * Loads Node's own driver when an SQLite database is opened, not before: other runtimes lack it.
 *
 * @param load imports the driver
 * @throws Error in one sentence if this runtime has no such driver
 */
export async function loadNodeSqlite(
  load: () => Promise<NodeSqlite> = () => import('node:sqlite'),
): Promise<NodeSqlite> {
  const loaded = await load().catch((error: unknown) => {
    throw new Error(NO_SQLITE, { cause: error });
  });
  /** Node 22.12 to 22.15 have a part of it. */
  if (!('columns' in loaded.StatementSync.prototype)) throw new Error(NO_SQLITE);
  return loaded;
}

const NO_SQLITE =
  'The database URL names SQLite, and this runtime has no node:sqlite, or an early one: use Node 22.16 or later, pass a Kysely instance for SQLite, or use PostgreSQL';

/**
 * Creates Kysely's SQLite dialect on a database that this package opens. WAL with `synchronous =
 * normal`: what was committed survives `kill -9`; a power cut may cost the last commits. The
 * protocol's `recover` absorbs lost rotations; a revocation lost that way is lost.
 *
 * The driver is synchronous, so a statement that waits for another process's write would block this
 * process: it does not wait, and its caller tries again (`whileBusy`).
 *
 * @param path a file, or `:memory:`
 */
export function ownSqliteDialect({ DatabaseSync }: NodeSqlite, path: string): Dialect {
  const database = new DatabaseSync(path, { timeout: 0 });
  database.exec(
    'pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on;',
  );
  return dialectOver('sqlite', () => new NodeSqliteDriver(database, () => database.close()));
}

/**
 * Creates Kysely's SQLite dialect on an app's own handle. The handle keeps its settings and stays
 * open. While the app has a transaction open on it, every statement waits for the end of that
 * transaction (`whileBusy`), so that it does not join it.
 */
export const borrowedSqliteDialect = (handle: SqliteHandle): Dialect =>
  dialectOver('sqlite', () => new NodeSqliteDriver(handle, () => {}));

/** The error of a database that another transaction holds, as `node:sqlite` throws it. */
const busy = () =>
  Object.assign(new Error('the handle has an open transaction'), {
    code: 'ERR_SQLITE_ERROR',
    errcode: 5,
  });

/**
 * A driver whose transactions take the write lock when they begin: one that reads first and then
 * waits for the lock could never continue.
 */
class NodeSqliteDriver extends SqliteDriver {
  readonly #handle: SqliteHandle;
  /** Whether the open transaction of the handle, if there is one, is this driver's. */
  readonly #own: { isOpen: boolean };

  constructor(handle: SqliteHandle, close: () => void) {
    const statements = new Map<string, SqliteStatement>();
    const own = { isOpen: false };
    super({
      database: {
        close() {
          statements.clear();
          close();
        },
        prepare(text) {
          let statement = statements.get(text);
          if (!statement) {
            statement = prepare(handle, text, own);
            statements.set(text, statement);
          }
          return statement;
        },
      },
    });
    this.#handle = handle;
    this.#own = own;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#handle.isTransaction) throw busy();
    this.#own.isOpen = true;
    try {
      await connection.executeQuery(CompiledQuery.raw('begin immediate'));
    } catch (error) {
      this.#own.isOpen = false;
      throw error;
    }
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await super.commitTransaction(connection);
    this.#own.isOpen = false;
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    this.#own.isOpen = false;
    /** SQLite has already rolled back after some faults, such as a full disk. */
    if (this.#handle.isTransaction !== false) await this.#rollback(connection);
  }

  async #rollback(connection: DatabaseConnection): Promise<void> {
    this.#own.isOpen = true;
    try {
      await super.rollbackTransaction(connection);
    } finally {
      this.#own.isOpen = false;
    }
  }
}

function prepare(
  handle: SqliteHandle,
  text: string,
  own: { readonly isOpen: boolean },
): SqliteStatement {
  const statement = handle.prepare(text);
  /** Kysely needs objects; the handle may have another default. */
  statement.setReturnArrays?.(false);
  const wait = () => {
    if (handle.isTransaction && !own.isOpen) throw busy();
  };
  return {
    reader: statement.columns().length > 0,
    all(parameters) {
      wait();
      return statement.all(...(parameters as never[]));
    },
    run(parameters) {
      wait();
      return statement.run(...(parameters as never[]));
    },
    iterate(parameters) {
      wait();
      return statement.iterate(...(parameters as never[]));
    },
  };
}

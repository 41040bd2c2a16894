import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Kysely,
  type MigrationLockOptions,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type SqliteStatement,
  sql,
} from 'kysely';

/**
 * Kysely's SQLite dialect on Node's own driver. WAL with `synchronous = normal`: what was committed
 * survives `kill -9`; a power cut may cost the last commits. The protocol's `recover` absorbs lost
 * rotations; a revocation lost that way is lost.
 *
 * The driver is synchronous, so a statement that waits for another process's write would block this
 * process: it does not wait, and its caller tries again (`whileBusy`).
 *
 * @param path a file, or `:memory:`
 */
export function nodeSqliteDialect(path: string): SqliteDialect {
  const database = new DatabaseSync(path, { timeout: 0 });
  database.exec(
    'pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on;',
  );
  const statements = new Map<string, SqliteStatement>();

  function prepare(text: string): SqliteStatement {
    const statement = database.prepare(text);
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
      run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
      iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
    };
  }

  return new TransactionalSqliteDialect({
    database: {
      close: () => database.close(),
      prepare(text) {
        let statement = statements.get(text);
        if (!statement) {
          statement = prepare(text);
          statements.set(text, statement);
        }
        return statement;
      },
    },
  });
}

class TransactionalSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;
  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }
  override createDriver(): SqliteDriver {
    return new ImmediateSqliteDriver(this.#config);
  }
  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }
}

/**
 * A driver whose transactions take the write lock when they begin: one that reads first and then
 * waits for the lock could never continue.
 */
class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

/**
 * Tells Kysely what migrations need: SQLite rolls schema changes back, and one process at a time
 * may hold its write lock.
 */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
  override async acquireMigrationLock(
    db: Kysely<never>,
    { lockTable }: MigrationLockOptions,
  ): Promise<void> {
    await sql`update ${sql.table(lockTable)} set is_locked = is_locked`.execute(db);
  }
}

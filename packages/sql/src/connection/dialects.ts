import {
  type Dialect,
  type Driver,
  type Kysely,
  type MigrationLockOptions,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';

/** The two kinds of database; a few queries differ by a word between them. */
export type SqlKind = 'sqlite' | 'postgres';

/** Creates Kysely's dialect of a kind of database over a driver. */
export function dialectOver(kind: SqlKind, createDriver: () => Driver): Dialect {
  return kind === 'postgres'
    ? {
        createDriver,
        createAdapter: () => new PostgresAdapter(),
        createQueryCompiler: () => new PostgresQueryCompiler(),
        createIntrospector: (db) => new PostgresIntrospector(db),
      }
    : {
        createDriver,
        createAdapter: () => new TransactionalSqliteAdapter(),
        createQueryCompiler: () => new SqliteQueryCompiler(),
        createIntrospector: (db) => new SqliteIntrospector(db),
      };
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

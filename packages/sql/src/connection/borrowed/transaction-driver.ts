import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely';
import { dialectOver, type SqlKind } from '../dialects.ts';

/**
 * The port to a transaction of an app's own: one function that runs a statement in it.
 *
 * @example
 * import type { SqlTransaction } from '@latchkey/sql';
 * import type { ClientBase } from 'pg';
 *
 * const transactionOf = (client: ClientBase): SqlTransaction => ({
 *   query: async (sql, parameters) => (await client.query(sql, [...parameters])).rows,
 * });
 */
export interface SqlTransaction {
  /**
   * Runs a statement in the transaction.
   *
   * @param sql the statement, with the placeholders of the database: `$1`, `$2` … in order on
   *   PostgreSQL, `?` on SQLite
   * @returns the rows of a query or of `returning`, as objects; an empty array without rows
   */
  query(sql: string, parameters: readonly unknown[]): Promise<readonly object[]>;
}

/** Creates Kysely's dialect over a transaction of an app's own, which begins and ends there. */
export const transactionDialect = (transaction: SqlTransaction, kind: SqlKind): Dialect =>
  dialectOver(kind, () => new TransactionDriver(transaction));

class TransactionDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(transaction: SqlTransaction) {
    this.#connection = {
      async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
        const rows: unknown = await transaction.query(sql, parameters);
        if (!Array.isArray(rows))
          throw new TypeError(
            'transaction.query returned no array: return the rows, such as (await client.query(sql, [...parameters])).rows',
          );
        return { rows };
      },
      streamQuery() {
        throw new Error('a transaction of your own has no streams');
      },
    };
  }

  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }
  async beginTransaction(): Promise<void> {}
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}
}

import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';
import { dialectOver, type SqlKind } from '../dialects.ts';
import { BOUND_TRANSACTION } from '../postgres/session.ts';
import { CONNECTION_MS, NO_ANSWER, NO_CONNECTION, STATEMENT_MS, within } from './within.ts';

/** What is used of a `Kysely` instance, of any copy of the package. */
export interface KyselyInstance {
  getExecutor(): {
    provideConnection<T>(consumer: (connection: DatabaseConnection) => Promise<T>): Promise<T>;
  };
  readonly isTransaction: boolean;
}

/**
 * Creates Kysely's dialect over the connections of an app's own `Kysely` instance, which stays
 * open. Its plugins and its way of migrating do not apply, so that queries and migrations are the
 * same on every database.
 */
export const borrowedKyselyDialect = (given: KyselyInstance, kind: SqlKind): Dialect =>
  dialectOver(kind, () => new BorrowedDriver(given, kind));

class BorrowedDriver implements Driver {
  readonly #given: KyselyInstance;
  readonly #kind: SqlKind;

  constructor(given: KyselyInstance, kind: SqlKind) {
    this.#given = given;
    this.#kind = kind;
  }

  async init(): Promise<void> {}

  acquireConnection(): Promise<BorrowedConnection> {
    const acquired = new Promise<BorrowedConnection>((resolve, reject) => {
      this.#given
        .getExecutor()
        .provideConnection(async (connection) => {
          const borrowed = new BorrowedConnection(connection);
          resolve(borrowed);
          await borrowed.returned;
        })
        .catch(reject);
    });
    return within(CONNECTION_MS, NO_CONNECTION, acquired, (late) => late.giveBack());
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const isPostgres = this.#kind === 'postgres';
    await connection.executeQuery(CompiledQuery.raw(isPostgres ? 'begin' : 'begin immediate'));
    if (isPostgres) await connection.executeQuery(CompiledQuery.raw(BOUND_TRANSACTION));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const { rows } = await connection.executeQuery<{ command?: string }>(
      CompiledQuery.raw('commit'),
    );
    /** PostgreSQL answers so if a statement of the transaction failed and the error was ignored. */
    if (rows[0]?.command === 'ROLLBACK') throw new Error('the transaction was rolled back');
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    (connection as BorrowedConnection).giveBack();
  }

  async destroy(): Promise<void> {}
}

/** A connection of the app's instance until it is given back. */
class BorrowedConnection implements DatabaseConnection {
  readonly #connection: DatabaseConnection;
  readonly #end = Promise.withResolvers<void>();
  #running: Promise<unknown> = Promise.resolve();

  constructor(connection: DatabaseConnection) {
    this.#connection = connection;
  }

  /** Resolves when the connection is given back, and idle: a late statement keeps it. */
  get returned(): Promise<unknown> {
    return this.#end.promise.then(() => this.#running);
  }

  giveBack(): void {
    this.#end.resolve();
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const result = this.#connection.executeQuery<R>(query);
    this.#running = result.catch(() => {});
    return within(STATEMENT_MS, NO_ANSWER, result);
  }

  streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    return this.#connection.streamQuery<R>(query, chunkSize);
  }
}

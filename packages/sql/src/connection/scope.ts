import { AsyncLocalStorage } from 'node:async_hooks';
import { Kysely } from 'kysely';
import { available, availableOnce } from './availability.ts';
import { type SqlTransaction, transactionDialect } from './borrowed/transaction-driver.ts';
import type { SqlKind } from './dialects.ts';
import type { LatchkeyTables } from './tables.ts';

/**
 * Runs queries, alone or in a transaction. Every query of every store goes through it.
 *
 * @typeParam Tables the tables that queries know
 */
export interface SqlScope<Tables = LatchkeyTables> {
  /**
   * Runs a query; inside the transaction of this call, if there is one.
   *
   * @throws StoreUnavailableError when the database cannot answer
   */
  run<T>(query: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  /**
   * Runs work in a transaction: everything that it writes through `run` is committed, or nothing. A
   * nested call joins the outer one. Work that meets a deadlock is run again, so it must not change
   * anything outside the database.
   *
   * @throws StoreUnavailableError when the database cannot answer
   * @example
   * const { run } = database.withTables<{ app_users: { id: string; hash: string } }>();
   * await database.transaction(async () => {
   *   await run((db) =>
   *     db.updateTable('app_users').set({ hash: '…' }).where('id', '=', user.id).execute(),
   *   );
   *   await layer.revokeUserSessions(user.id, 'password_changed');
   * });
   */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Calls `tell` once the outermost transaction of this call has committed, and never after a
   * rollback. The transaction waits for the callback, two seconds at most, and ignores its failure:
   * the commit stands. Without a transaction the callback runs at once, and the call waits for it.
   */
  afterCommit(tell: () => void | Promise<void>): Promise<void>;
  /**
   * Runs work in a transaction of your own, of any driver: everything that the stores write in it
   * becomes part of that transaction. Its commit tells every node, this one included, through the
   * feed; a rollback changes nothing. What waits for the commit otherwise (`afterCommit`, and with
   * it `onEvent`) is not called.
   *
   * The transaction must be one of the same database. A user directory must not write to its users
   * outside of it: pass the `tokenVersion` that you have written, as below.
   *
   * @throws StoreUnavailableError when the database cannot answer, and your driver's other errors
   * @example
   * const client = await pool.connect();
   * await client.query('begin');
   * const { rows } = await client.query(
   *   'update users set hash = $2, version = version + 1 where id = $1 returning version',
   *   [user.id, '…'],
   * );
   * const transaction = {
   *   query: async (sql, parameters) => (await client.query(sql, [...parameters])).rows,
   * };
   * await database.within(transaction, () =>
   *   layer.revokeUserSessions(user.id, 'password_changed', undefined, {
   *     tokenVersion: rows[0].version,
   *   }),
   * );
   * await client.query('commit');
   */
  within<T>(transaction: SqlTransaction, work: () => Promise<T>): Promise<T>;
}

type Tell = () => void | Promise<void>;

/** How many milliseconds a committed transaction waits for its callbacks. */
const TELL_MS = 2_000;

/**
 * Creates the scope of a database. Transactions follow the call (AsyncLocalStorage), so stores pass
 * no connection to each other.
 */
export function scopeOf(db: Kysely<LatchkeyTables>, kind: SqlKind): SqlScope {
  const transactions = new AsyncLocalStorage<{
    readonly db: Kysely<LatchkeyTables>;
    open: boolean;
    readonly tell: Tell[];
    /** Whether the app began it, by any driver, and will end it. */
    readonly isForeign?: boolean;
  }>();
  /**
   * The transaction of this call, if it is still open: a timer set during it may fire after its
   * end.
   */
  const current = () => {
    const transaction = transactions.getStore();
    return transaction?.open ? transaction : null;
  };
  return {
    run(query) {
      const transaction = current();
      if (!transaction) return available(() => query(db));
      return transaction.isForeign
        ? availableOnce(() => query(transaction.db))
        : query(transaction.db);
    },
    async transaction(work) {
      if (current()) return work();
      const { result, tell } = await available(() =>
        db.transaction().execute(async (own) => {
          const tell: Tell[] = [];
          const transaction = { db: own, open: true, tell };
          try {
            return { result: await transactions.run(transaction, work), tell };
          } finally {
            transaction.open = false;
          }
        }),
      );
      await notifyAll(tell);
      return result;
    },
    async afterCommit(tell) {
      const transaction = current();
      if (transaction) transaction.tell.push(tell);
      else await tell();
    },
    async within(given, work) {
      if (typeof given?.query !== 'function')
        throw new TypeError(
          'database.within() needs { query(sql, parameters) }: a function that runs a statement in your transaction and returns its rows',
        );
      if (current())
        throw new Error(
          'database.within() was called in database.transaction(): use one of the two, as they are different transactions',
        );
      const own = new Kysely<LatchkeyTables>({ dialect: transactionDialect(given, kind) });
      const transaction = { db: own, open: true, tell: [], isForeign: true };
      try {
        return await transactions.run(transaction, work);
      } finally {
        transaction.open = false;
      }
    },
  };
}

/** Returns a scope whose queries look for their tables in a schema. */
export function inSchema(scope: SqlScope, schema: string | null): SqlScope {
  if (schema === null) return scope;
  const { run, transaction, afterCommit, within } = scope;
  const placed = new WeakMap<Kysely<LatchkeyTables>, Kysely<LatchkeyTables>>();
  const place = (db: Kysely<LatchkeyTables>) => {
    const known = placed.get(db) ?? db.withSchema(schema);
    placed.set(db, known);
    return known;
  };
  return {
    run: (query) => run((db) => query(place(db))),
    transaction,
    afterCommit,
    within,
  };
}

/** Starts the callbacks in order and waits for all of them, but not for a slow one. */
async function notifyAll(calls: readonly Tell[]): Promise<void> {
  if (calls.length === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, TELL_MS);
  });
  await Promise.race([Promise.allSettled(calls.map(async (call) => call())), bound]);
  clearTimeout(timer);
}

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely } from 'kysely';
import { available } from './availability.ts';
import type { Database } from './schema.ts';

/** The ways to a database: every query of every store goes through one of them. */
export interface SqlScope {
  /**
   * Runs a query, within the transaction that is under way here, if one is.
   *
   * @throws StoreUnavailableError when the database cannot answer
   */
  run<T>(query: (db: Kysely<Database>) => Promise<T>): Promise<T>;
  /**
   * Runs work so that everything it writes through {@link run} is kept whole or not at all. A call within a call joins it. Work that meets a deadlock
   * is run again, so it must not change anything outside.
   *
   * @throws StoreUnavailableError when the database cannot answer
   */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /** Calls back once the outermost transaction under way here is committed, and never if it is not; at once where none is. */
  afterCommit(tell: () => void): void;
}

/** What belongs to a transaction is known by where the code runs, so that stores need not hand one another a connection. */
export function scopeOf(db: Kysely<Database>): SqlScope {
  const transactions = new AsyncLocalStorage<{ readonly db: Kysely<Database>; open: boolean; readonly tell: (() => void)[] }>();
  /** A timer that was set during a transaction may fire after its end. */
  const current = () => {
    const transaction = transactions.getStore();
    return transaction?.open ? transaction : null;
  };
  return {
    run(query) {
      const transaction = current();
      return transaction ? query(transaction.db) : available(() => query(db));
    },
    async transaction(work) {
      if (current()) return work();
      const { result, tell } = await available(() =>
        db.transaction().execute(async (own) => {
          const tell: (() => void)[] = [];
          const transaction = { db: own, open: true, tell };
          try {
            return { result: await transactions.run(transaction, work), tell };
          } finally {
            transaction.open = false;
          }
        }),
      );
      for (const call of tell) call();
      return result;
    },
    afterCommit(tell) {
      const transaction = current();
      if (transaction) transaction.tell.push(tell);
      else tell();
    },
  };
}

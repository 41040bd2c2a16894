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
}

/** What belongs to a transaction is known by where the code runs, so that stores need not hand one another a connection. */
export function scopeOf(db: Kysely<Database>): SqlScope {
  const transactions = new AsyncLocalStorage<{ readonly db: Kysely<Database>; open: boolean }>();
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
    transaction(work) {
      if (current()) return work();
      return available(() =>
        db.transaction().execute(async (own) => {
          const transaction = { db: own, open: true };
          try {
            return await transactions.run(transaction, work);
          } finally {
            transaction.open = false;
          }
        }),
      );
    },
  };
}

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely } from 'kysely';
import { available } from './availability.ts';
import type { Database } from './tables.ts';

/** The ways to a database: every query of every store goes through one of them. */
export interface SqlScope {
  /**
   * Runs a query, within the transaction that is under way here, if one is.
   *
   * @throws StoreUnavailableError when the database cannot answer
   */
  run<T>(query: (db: Kysely<Database>) => Promise<T>): Promise<T>;
  /**
   * Runs work so that everything it writes through {@link run} is kept whole or not at all. A call
   * within a call joins it. Work that meets a deadlock is run again, so it must not change anything
   * outside.
   *
   * @throws StoreUnavailableError when the database cannot answer
   */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Calls back once the outermost transaction under way here is committed, and never if it is not.
   * The transaction then waits for it, two seconds at most, and does not mind when it fails: what
   * is committed is done. Where none is under way it is called at once, and waited for here.
   */
  afterCommit(tell: () => void | Promise<void>): Promise<void>;
}

type Tell = () => void | Promise<void>;

/** How long a committed transaction waits for those who are told of it. */
const TELL_MS = 2_000;

/**
 * What belongs to a transaction is known by where the code runs, so that stores need not hand one
 * another a connection.
 */
export function scopeOf(db: Kysely<Database>): SqlScope {
  const transactions = new AsyncLocalStorage<{
    readonly db: Kysely<Database>;
    open: boolean;
    readonly tell: Tell[];
  }>();
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
          const tell: Tell[] = [];
          const transaction = { db: own, open: true, tell };
          try {
            return { result: await transactions.run(transaction, work), tell };
          } finally {
            transaction.open = false;
          }
        }),
      );
      await allTold(tell);
      return result;
    },
    async afterCommit(tell) {
      const transaction = current();
      if (transaction) transaction.tell.push(tell);
      else await tell();
    },
  };
}

/** In their order as far as they go at once; nobody who is slow keeps the caller for long. */
async function allTold(calls: readonly Tell[]): Promise<void> {
  if (calls.length === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, TELL_MS);
  });
  await Promise.race([Promise.allSettled(calls.map(async (call) => call())), bound]);
  clearTimeout(timer);
}

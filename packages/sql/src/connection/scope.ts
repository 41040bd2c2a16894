import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely } from 'kysely';
import { available } from './availability.ts';
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
}

type Tell = () => void | Promise<void>;

/** How many milliseconds a committed transaction waits for its callbacks. */
const TELL_MS = 2_000;

/**
 * Creates the scope of a database. Transactions follow the call (AsyncLocalStorage), so stores pass
 * no connection to each other.
 */
export function scopeOf(db: Kysely<LatchkeyTables>): SqlScope {
  const transactions = new AsyncLocalStorage<{
    readonly db: Kysely<LatchkeyTables>;
    open: boolean;
    readonly tell: Tell[];
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
      await notifyAll(tell);
      return result;
    },
    async afterCommit(tell) {
      const transaction = current();
      if (transaction) transaction.tell.push(tell);
      else await tell();
    },
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

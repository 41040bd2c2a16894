import { inChunks } from '@latchkey/sql';
import type { AppDatabase } from '../../services/app-database.ts';

/** The receipt of an ended session: one per session, immutable. */
export interface SessionReceipt {
  readonly sessionId: string;
  /**
   * The reference for support. It is short: two sessions may share one, though that is very
   * unlikely.
   */
  readonly reference: string;
  readonly userId: string;
  readonly cause: string;
  readonly by: string;
  /** When it ended. Milliseconds since the epoch. */
  readonly at: number;
}

/** Receipts in SQL, wherever the sessions are. Every method may throw `StoreUnavailableError`. */
export interface SqlSessionReceipts {
  /** Adds receipts of sessions that have none. */
  add(receipts: readonly SessionReceipt[]): Promise<void>;
  /** By the session's id or by the reference. */
  find(sessionIdOrReference: string): Promise<SessionReceipt | null>;
  /** The newest first. */
  listOfUser(userId: string, limit: number): Promise<SessionReceipt[]>;
  /** Deletes some receipts of at or before an instant. @returns how many */
  purge(until: number, limit: number): Promise<number>;
}

const RECEIPT = [
  'session_id as sessionId',
  'reference',
  'user_id as userId',
  'cause',
  'ended_by as by',
  'at',
] as const;

export function sqlSessionReceipts({ run }: Pick<AppDatabase, 'run'>): SqlSessionReceipts {
  return {
    add: (receipts) =>
      run(async (db) => {
        await inChunks(receipts, (chunk) =>
          db
            .insertInto('app_session_receipts')
            .values(
              chunk.map(({ sessionId, userId, by, ...rest }) => ({
                session_id: sessionId,
                user_id: userId,
                ended_by: by,
                ...rest,
              })),
            )
            .onConflict((conflict) => conflict.column('session_id').doNothing())
            .execute(),
        );
      }),

    find: (wanted) =>
      run(async (db) => {
        const row = await db
          .selectFrom('app_session_receipts')
          .select(RECEIPT)
          .where((where) =>
            where.or([where('session_id', '=', wanted), where('reference', '=', wanted)]),
          )
          .orderBy('at', 'desc')
          .limit(1)
          .executeTakeFirst();
        return row ?? null;
      }),

    listOfUser: (userId, limit) =>
      run((db) =>
        db
          .selectFrom('app_session_receipts')
          .select(RECEIPT)
          .where('user_id', '=', userId)
          .orderBy('at', 'desc')
          .limit(limit)
          .execute(),
      ),

    purge: (until, limit) =>
      run(async (db) => {
        const some = db
          .selectFrom('app_session_receipts')
          .select('session_id')
          .where('at', '<=', until)
          .limit(limit);
        const { numDeletedRows } = await db
          .deleteFrom('app_session_receipts')
          .where('session_id', 'in', some)
          .executeTakeFirst();
        return Number(numDeletedRows);
      }),
  };
}

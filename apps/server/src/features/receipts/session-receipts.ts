import { inChunks } from '@latchkey/sql';
import type { AppDatabase } from '../../services/app-database.ts';

/** The receipt of an ended session: one per session, immutable. */
export interface SessionReceipt {
  readonly sessionId: string;
  /**
   * The reference that a user tells support. It is short: two sessions may share one, though that
   * is very unlikely.
   */
  readonly reference: string;
  readonly userId: string;
  readonly cause: string;
  readonly by: string;
  /** When the session ended, in milliseconds since the epoch. */
  readonly at: number;
  /** The reason that an administrator gives to the user. */
  readonly shownReason: string | null;
}

/**
 * Stores receipts in SQL, wherever the sessions are stored. Every method may throw
 * `StoreUnavailableError`.
 */
export interface SqlSessionReceipts {
  /** Adds receipts for sessions that have none yet. */
  add(receipts: readonly SessionReceipt[]): Promise<void>;
  /** Finds a receipt by the session's id or by its reference. */
  find(sessionIdOrReference: string): Promise<SessionReceipt | null>;
  /** Lists the receipts of one user, newest first. */
  listOfUser(userId: string, limit: number): Promise<SessionReceipt[]>;
  /**
   * Deletes receipts of sessions that ended at or before a time, up to a limit.
   *
   * @returns how many were deleted
   */
  purge(until: number, limit: number): Promise<number>;
}

const RECEIPT = [
  'session_id as sessionId',
  'reference',
  'user_id as userId',
  'cause',
  'ended_by as by',
  'at',
  'shown_reason as shownReason',
] as const;

export function sqlSessionReceipts({ run }: Pick<AppDatabase, 'run'>): SqlSessionReceipts {
  return {
    add: (receipts) =>
      run(async (db) => {
        await inChunks(receipts, (chunk) =>
          db
            .insertInto('app_session_receipts')
            .values(
              chunk.map(({ sessionId, userId, by, shownReason, ...rest }) => ({
                session_id: sessionId,
                user_id: userId,
                ended_by: by,
                shown_reason: shownReason,
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

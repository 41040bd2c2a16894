import type { SqlAuditLog } from '@latchkey/sql';
import type { AppDatabase } from '../../services/app-database.ts';
import { type Notice, type NoticeKind, noticeChangeOf } from './notice.ts';

/** Stores the notices of users in SQL. Every method may throw `StoreUnavailableError`. */
export interface SqlNotices {
  /** Stores a notice in place of the user's last one of its kind. */
  tell(notice: Notice): Promise<void>;
  /** Deletes all notices of a user. */
  settle(userId: string): Promise<void>;
  /**
   * Deletes a notice, unless something newer of its kind has happened.
   *
   * @param at when the dismissed notice's event happened, in milliseconds since the epoch
   */
  dismiss(userId: string, kind: NoticeKind, at: number): Promise<void>;
  /** Lists the notices of a user, newest first. */
  listOfUser(userId: string): Promise<Notice[]>;
}

const NOTICE = ['user_id as userId', 'kind', 'at', 'cause', 'shown_reason as shownReason'] as const;

export function sqlNotices({ run }: Pick<AppDatabase, 'run'>): SqlNotices {
  return {
    tell: ({ userId, kind, at, cause, shownReason }) =>
      run(async (db) => {
        const told = { at, cause, shown_reason: shownReason };
        await db
          .insertInto('app_notices')
          .values({ user_id: userId, kind, ...told })
          .onConflict((conflict) => conflict.columns(['user_id', 'kind']).doUpdateSet(told))
          .execute();
      }),

    settle: (userId) =>
      run(async (db) => {
        await db.deleteFrom('app_notices').where('user_id', '=', userId).execute();
      }),

    dismiss: (userId, kind, at) =>
      run(async (db) => {
        await db
          .deleteFrom('app_notices')
          .where('user_id', '=', userId)
          .where('kind', '=', kind)
          .where('at', '<=', at)
          .execute();
      }),

    listOfUser: (userId) =>
      run(async (db) => {
        const rows = await db
          .selectFrom('app_notices')
          .select(NOTICE)
          .where('user_id', '=', userId)
          .orderBy('at', 'desc')
          .execute();
        return rows as Notice[];
      }),
  };
}

/**
 * Wraps an audit log: what an event changes in the notices of its user is written in the same
 * transaction.
 */
export function withNotices(
  log: SqlAuditLog,
  notices: Pick<SqlNotices, 'tell' | 'settle'>,
): SqlAuditLog {
  return {
    transaction: (work) => log.transaction(work),
    afterCommit: (tell) => log.afterCommit(tell),
    list: (filter) => log.list(filter),
    append: (entries) =>
      log.transaction(async () => {
        await log.append(entries);
        for (const entry of entries) {
          const change = noticeChangeOf(entry);
          if (change?.kind === 'told') await notices.tell(change.notice);
          if (change?.kind === 'settled') await notices.settle(change.userId);
        }
      }),
  };
}

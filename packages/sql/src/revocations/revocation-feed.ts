import {
  type Clock,
  type PollingFeed,
  pollingFeed,
  type RevocationFeed,
  type RevocationNotice,
} from '@latchkey/core';
import { sql } from 'kysely';
import { inChunks } from '../connection/in-chunks.ts';
import type { SqlDatabase } from '../database.ts';
import { type NoticeRow, noticeReader } from './notice-reader.ts';

const CHANNEL = 'latchkey_revocations';

export interface SqlRevocationFeed extends RevocationFeed {
  /**
   * Deletes up to `limit` notices older than an instant.
   *
   * @returns how many notices were deleted
   */
  purge(before: number, limit: number): Promise<number>;
}

/**
 * Creates the feed in SQL. Notices are written in the transaction of the change they report. Every
 * node polls twice a second; PostgreSQL wakes the nodes, which then poll at once, ten times a
 * second at most.
 *
 * @param clock the session layer's
 * @example
 * import { createSessionLayer } from '@latchkey/core';
 * import { sqlRevocationFeed, sqlSessionStore } from '@latchkey/sql';
 *
 * const store = sqlSessionStore(database);
 * const feed = sqlRevocationFeed(database, clock);
 * const layer = createSessionLayer({ store, feed, clock, ring, users });
 * await layer.start();
 */
export function sqlRevocationFeed(
  database: Pick<SqlDatabase, 'run' | 'kind' | 'schema' | 'listen' | 'afterCommit'>,
  clock: Clock,
): SqlRevocationFeed {
  const { run, kind, listen, afterCommit } = database;
  const polls = new Set<PollingFeed>();
  /** Notifications are sent one transaction after the other, so superfluous ones are left out. */
  const needsWakeUp = () =>
    kind === 'postgres' && ![...polls].some((subscription) => subscription.isAwake());
  return {
    afterCommit,

    publish: (notices) =>
      run(async (db) => {
        await inChunks(notices, async (chunk) =>
          db.insertInto('latchkey_revocation_notices').values(chunk.map(rowOf)).execute(),
        );
        if (needsWakeUp()) await sql`select 1 as sent from pg_notify(${CHANNEL}, '')`.execute(db);
      }),

    async subscribe(subscriber, seconds) {
      const read = noticeReader(database, () => clock.now() - seconds * 1000);
      const poll = await pollingFeed(
        async (afterFault) => (await read(afterFault)).map(noticeOf),
        subscriber,
        clock,
      );
      polls.add(poll);
      const listener = listen(CHANNEL, poll.wake);
      return {
        async close() {
          polls.delete(poll);
          await listener.close();
          await poll.close();
        },
      };
    },

    purge: (before, limit) =>
      run(async (db) => {
        const oldest = db
          .selectFrom('latchkey_revocation_notices')
          .select('id')
          .where('at', '<', before)
          .orderBy('at')
          .limit(limit);
        const { numDeletedRows } = await db
          .deleteFrom('latchkey_revocation_notices')
          .where('id', 'in', oldest)
          .executeTakeFirst();
        return Number(numDeletedRows);
      }),
  };
}

function rowOf(notice: RevocationNotice) {
  const { kind, userId, reason, at } = notice;
  const of =
    notice.kind === 'session'
      ? { session_id: notice.sessionId, token_version: null }
      : { session_id: null, token_version: notice.tokenVersion };
  return { kind, user_id: userId, reason, at, ...of };
}

/** Converts a row to a notice; the casts are safe because only this package writes the rows. */
function noticeOf({
  kind,
  userId,
  sessionId,
  tokenVersion,
  reason,
  at,
}: NoticeRow): RevocationNotice {
  const told = { userId, reason: reason as RevocationNotice['reason'], at };
  return kind === 'session'
    ? { kind, sessionId: sessionId ?? '', ...told }
    : { kind: 'user', tokenVersion: tokenVersion ?? 0, ...told };
}

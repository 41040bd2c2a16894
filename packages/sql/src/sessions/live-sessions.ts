import type { SessionRecord } from '@latchkey/core';
import { type ExpressionBuilder, sql } from 'kysely';
import type { LatchkeyTables } from '../connection/tables.ts';
import type { SqlDatabase } from '../database.ts';
import { SESSION_FIELDS, sessionOf } from './session-rows.ts';

/** Which part of the list of live sessions to read. */
export interface LiveSessionsPage {
  /** Lists only sessions of users whose names begin with this text. */
  readonly search?: string | undefined;
  /** The last session of the previous page of the list. */
  readonly after?: Pick<SessionRecord, 'lastSeenAt' | 'id'> | undefined;
  readonly limit: number;
}

/**
 * Lists the sessions of all users together, if they are stored in SQL. Instants are milliseconds
 * since the epoch. Every method may throw `StoreUnavailableError`.
 */
export interface SqlLiveSessions {
  /**
   * Lists sessions that are neither revoked nor expired at `now`, the last used first. Reads them
   * all: an index on the last use would be written at every rotation
   * (docs/decisions/013-no-index-on-expiry.md).
   */
  list(page: LiveSessionsPage, now: number): Promise<SessionRecord[]>;
  /** Returns the number of live sessions; counting stops at `atMost`. */
  count(now: number, atMost: number): Promise<number>;
}

/** Returns a LIKE pattern for texts that begin with a text; its wildcards are taken literally. */
const prefix = (text: string) => `${text.replace(/[\\%_]/g, '\\$&')}%`;

const liveAt = (now: number) => (where: ExpressionBuilder<LatchkeyTables, 'latchkey_sessions'>) =>
  where.and([
    where('revoked_at', 'is', null),
    where('idle_expires_at', '>', now),
    where('absolute_expires_at', '>', now),
  ]);

/**
 * Creates the list of all live sessions in SQL, for an administrator's page.
 *
 * @example
 * import { sqlLiveSessions } from '@latchkey/sql';
 *
 * const live = sqlLiveSessions(database);
 * const page = await live.list({ search: 'ad', limit: 50 }, clock.now());
 * const next = await live.list({ search: 'ad', limit: 50, after: page.at(-1) }, clock.now());
 */
export function sqlLiveSessions({ run }: Pick<SqlDatabase, 'run'>): SqlLiveSessions {
  return {
    list: ({ search, after, limit }, now) =>
      run(async (db) => {
        let query = db.selectFrom('latchkey_sessions').select(SESSION_FIELDS).where(liveAt(now));
        if (search) query = query.where(sql<boolean>`username like ${prefix(search)} escape '\\'`);
        if (after)
          query = query.where(
            sql<boolean>`(last_seen_at, id) < (${after.lastSeenAt}, ${after.id})`,
          );
        const rows = await query
          .orderBy('last_seen_at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit)
          .execute();
        return rows.map(sessionOf);
      }),

    count: (now, atMost) =>
      run(async (db) => {
        const some = db
          .selectFrom('latchkey_sessions')
          .select('id')
          .where(liveAt(now))
          .limit(atMost);
        const row = await db
          .selectFrom(some.as('live'))
          .select(({ fn }) => fn.countAll().as('count'))
          .executeTakeFirst();
        return Number(row?.count ?? 0);
      }),
  };
}

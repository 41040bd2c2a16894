import { setImmediate } from 'node:timers/promises';
import type { SessionRecord } from '@latchkey/core';
import { type ExpressionBuilder, type Kysely, type RawBuilder, sql } from 'kysely';
import type { LatchkeyTables } from '../connection/tables.ts';
import { tableIn } from '../connection/tables.ts';
import type { SqlDatabase } from '../database.ts';
import { SESSION_FIELDS, sessionOf } from './session-rows.ts';

/** The place of a session in the list: after it, the list goes on with the next page. */
export type LiveSessionsCursor = Pick<SessionRecord, 'createdAt' | 'id'>;

/** Which part of the list of live sessions to read. */
export interface LiveSessionsPage {
  /** Lists only the sessions of these users, at most some thousands. */
  readonly userIds?: readonly string[] | undefined;
  /** Lists only sessions whose username contains a text, or begins with it. */
  readonly username?:
    | { readonly text: string; readonly match: 'anywhere' | 'beginning' }
    | undefined;
  /** The `next` of the previous page. */
  readonly after?: LiveSessionsCursor | undefined;
  readonly limit: number;
}

/** One page of live sessions. */
export interface FoundSessions {
  readonly sessions: readonly SessionRecord[];
  /** Where the next page begins; null on the last page. */
  readonly next: LiveSessionsCursor | null;
  /**
   * The page has fewer sessions than asked for, because it looked at 10,000 that are expired or
   * have another username: the list goes on at `next`.
   */
  readonly isPartial: boolean;
}

/**
 * Lists the sessions of all users together, if they are stored in SQL. Instants are milliseconds
 * since the epoch. Every method may throw `StoreUnavailableError`.
 */
export interface SqlLiveSessions {
  /**
   * Lists sessions that are neither revoked nor expired at `now`, the newest sign-in first. A page
   * costs the same however many sessions there are.
   */
  list(page: LiveSessionsPage, now: number): Promise<FoundSessions>;
  /** Returns the number of live sessions; counting stops at `atMost`. */
  count(now: number, atMost: number): Promise<number>;
}

/** Number of sessions that one statement of SQLite looks at, so that it holds up no requests. */
const STEP = 1_000;
/** Number of sessions that a page looks at before it is returned unfilled. */
const LOOKED_AT = 10_000;
/** Number of users whose sessions one statement of SQLite reads. */
const USERS = 250;

type Where = ExpressionBuilder<LatchkeyTables, 'latchkey_sessions'>;

const liveAt = (now: number) => (where: Where) =>
  where.and([
    where('revoked_at', 'is', null),
    where('idle_expires_at', '>', now),
    where('absolute_expires_at', '>', now),
  ]);

/** Builds a condition on the username; the text's wildcards are taken literally. */
function hasName({ text, match }: NonNullable<LiveSessionsPage['username']>): RawBuilder<boolean> {
  const literal = text.replace(/[\\%_]/g, '\\$&');
  return sql`username like ${match === 'anywhere' ? `%${literal}%` : `${literal}%`} escape '\\'`;
}

/** Builds the condition that a session comes after another in the list. */
const isAfter = ({ createdAt, id }: LiveSessionsCursor) =>
  sql<boolean>`(created_at, id) < (${createdAt}, ${id})`;

/** The opposite, written as a bound that an index uses. */
const isUpTo = ({ createdAt, id }: LiveSessionsCursor) =>
  sql<boolean>`(created_at, id) >= (${createdAt}, ${id})`;

/**
 * Creates the list of all live sessions in SQL, for an administrator's page.
 *
 * @example
 * import { sqlLiveSessions } from '@latchkey/sql';
 *
 * const live = sqlLiveSessions(database);
 * const { sessions, next } = await live.list({ limit: 50 }, clock.now());
 * const second = next && (await live.list({ limit: 50, after: next }, clock.now()));
 */
export function sqlLiveSessions({
  run,
  kind,
  schema,
}: Pick<SqlDatabase, 'run' | 'kind' | 'schema'>): SqlLiveSessions {
  const step = kind === 'sqlite' ? STEP : LOOKED_AT;
  const inOrder = (db: Kysely<LatchkeyTables>, after: LiveSessionsCursor | undefined) => {
    const query = db
      .selectFrom('latchkey_sessions')
      .where('revoked_at', 'is', null)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc');
    return after ? query.where(isAfter(after)) : query;
  };

  /** Returns the last session of the next step, live or not; `undefined` for the last step. */
  const edgeAfter = (after: LiveSessionsCursor | undefined) =>
    run(async (db) => {
      const edge = await inOrder(db, after)
        .select(['id', 'created_at as createdAt'])
        .offset(step - 1)
        .limit(1)
        .executeTakeFirst();
      return edge && { ...edge, createdAt: Number(edge.createdAt) };
    });

  async function walk({ username, after, limit }: LiveSessionsPage, now: number) {
    const found: SessionRecord[] = [];
    let from = after;
    for (let seen = 0; seen < LOOKED_AT; seen += step) {
      await setImmediate();
      const edge = await edgeAfter(from);
      const rows = await run((db) => {
        let query = inOrder(db, from).select(SESSION_FIELDS).where(liveAt(now));
        if (edge) query = query.where(isUpTo(edge));
        if (username) query = query.where(hasName(username));
        return query.limit(limit - found.length).execute();
      });
      found.push(...rows.map(sessionOf));
      if (found.length === limit) return { found, edge: null };
      if (!edge) return { found, edge: null };
      from = edge;
    }
    return { found, edge: from ?? null };
  }

  /** Reads the sessions of some users: the newest of each, and of these the newest. */
  async function ofUsers(
    { userIds = [], after, limit }: LiveSessionsPage,
    now: number,
  ): Promise<SessionRecord[]> {
    const size = kind === 'sqlite' ? USERS : userIds.length;
    const found: SessionRecord[] = [];
    for (let at = 0; at < userIds.length; at += size) {
      await setImmediate();
      const asked = JSON.stringify(userIds.slice(at, at + size));
      const rows = await run((db) => {
        const newest = sql<string>`select s.id from ${tableIn(schema, 'latchkey_sessions')} s
          where s.user_id = asked.value and s.revoked_at is null
            and s.idle_expires_at > ${now} and s.absolute_expires_at > ${now}
            ${after ? sql`and (s.created_at, s.id) < (${after.createdAt}, ${after.id})` : sql``}
          order by s.created_at desc, s.id desc limit ${limit}`;
        const ids =
          kind === 'sqlite'
            ? sql<string>`select s.id from json_each(${asked}) asked
                cross join latchkey_sessions s on s.id in (${newest})`
            : sql<string>`select newest.id from json_array_elements_text(${asked}::json) asked(value)
                cross join lateral (${newest}) newest`;
        return db
          .selectFrom('latchkey_sessions')
          .select(SESSION_FIELDS)
          .where(sql<boolean>`id in (${ids})`)
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit)
          .execute();
      });
      found.push(...rows.map(sessionOf));
    }
    return found
      .sort((a, b) =>
        size === userIds.length ? 0 : b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1),
      )
      .slice(0, limit);
  }

  return {
    async list(page, now) {
      const { limit } = page;
      const asked = { ...page, limit: limit + 1 };
      const { found, edge } = page.userIds
        ? { found: await ofUsers(asked, now), edge: null }
        : await walk(asked, now);
      const sessions = found.slice(0, limit);
      const last = sessions.at(-1);
      return {
        sessions,
        next: last && found.length > limit ? { createdAt: last.createdAt, id: last.id } : edge,
        isPartial: edge !== null && sessions.length < limit,
      };
    },

    async count(now, atMost) {
      let count = 0;
      let from: LiveSessionsCursor | undefined;
      do {
        await setImmediate();
        const edge = await edgeAfter(from);
        const some = await run((db) => {
          const all = inOrder(db, from).select('id').where(liveAt(now)).clearOrderBy();
          const rows = edge ? all.where(isUpTo(edge)) : all;
          return db
            .selectFrom(rows.limit(atMost - count).as('live'))
            .select(({ fn }) => fn.countAll().as('count'))
            .executeTakeFirst();
        });
        count += Number(some?.count ?? 0);
        from = edge;
      } while (from && count < atMost);
      return count;
    },
  };
}

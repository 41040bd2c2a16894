import type { SessionRecord, SessionStore } from '@latchkey/core';
import { sql } from 'kysely';
import { tableIn } from '../connection/tables.ts';
import type { SqlDatabase } from '../database.ts';
import { compileRotation, rowOf, SESSION_FIELDS, sessionOf } from './session-rows.ts';

/** A JSON array of acknowledgements as a table, in the syntax of each database. */
const acknowledgementsIn = {
  sqlite: (json: string) =>
    sql`(select value ->> 'sessionId' as id, value ->> 'generation' as generation, value ->> 'at' as at from json_each(${json}))`,
  postgres: (json: string) =>
    sql`(select "sessionId" as id, generation, at from jsonb_to_recordset((${json}::text)::jsonb) as given("sessionId" text, generation bigint, at bigint))`,
};

/**
 * Creates the session store in SQL. Every change is one statement, so that it is atomic in any
 * dialect; a rotation that has lost then reads the record.
 *
 * @example
 * import { createSessionLayer } from '@latchkey/core';
 * import { openDatabase, sqlSessionStore } from '@latchkey/sql';
 *
 * const store = sqlSessionStore(await openDatabase('file:sessions.db'));
 * const layer = createSessionLayer({ store, ring, users, clock });
 */
export function sqlSessionStore({
  db: builder,
  kind,
  schema,
  run,
}: Pick<SqlDatabase, 'db' | 'kind' | 'schema' | 'run'>): SessionStore {
  const rotate = compileRotation(builder);

  async function find(db: SqlDatabase['db'], sessionId: string): Promise<SessionRecord | null> {
    const row = await db
      .selectFrom('latchkey_sessions')
      .select(SESSION_FIELDS)
      .where('id', '=', sessionId)
      .executeTakeFirst();
    return row ? sessionOf(row) : null;
  }

  return {
    create: (session) =>
      run(async (db) => {
        await db.insertInto('latchkey_sessions').values(rowOf(session)).execute();
      }),

    find: (sessionId) => run((db) => find(db, sessionId)),

    rotate: (match, next) =>
      run(async (db) => {
        const { rows } = await db.executeQuery(
          rotate({
            ...match,
            ...next,
            matchGeneration: match.generation,
            matchSecretHash: match.secretHash,
          }),
        );
        const [row] = rows;
        return row
          ? { won: true, session: sessionOf(row) }
          : { won: false, session: await find(db, match.sessionId) };
      }),

    recordDelivery: (sessionId, generation, at) =>
      run(async (db) => {
        const row = await db
          .updateTable('latchkey_sessions')
          .set({
            delivered_at: sql`case when delivered_at > ${at} then delivered_at else ${at} end`,
          })
          .where('id', '=', sessionId)
          .where('generation', '=', generation)
          .where('revoked_at', 'is', null)
          .returning('id')
          .executeTakeFirst();
        return row !== undefined;
      }),

    acknowledge: (batch) =>
      run(async (db) => {
        if (batch.length === 0) return;
        await sql`
          update ${tableIn(schema, 'latchkey_sessions')} as session set acknowledged_at = given.at, last_seen_at = case when last_seen_at > given.at then last_seen_at else given.at end
          from ${acknowledgementsIn[kind](JSON.stringify(batch))} as given
          where session.id = given.id and session.generation = given.generation and acknowledged_at is null
        `.execute(db);
      }),

    setTokenVersion: (sessionId, tokenVersion) =>
      run(async (db) => {
        const row = await db
          .updateTable('latchkey_sessions')
          .set({
            token_version: sql`case when token_version > ${tokenVersion} then token_version else ${tokenVersion} end`,
          })
          .where('id', '=', sessionId)
          .where('revoked_at', 'is', null)
          .returning('id')
          .executeTakeFirst();
        return row !== undefined;
      }),

    recordAuthentication: (sessionId, at) =>
      run(async (db) => {
        const row = await db
          .updateTable('latchkey_sessions')
          .set({
            authenticated_at: sql`case when authenticated_at > ${at} then authenticated_at else ${at} end`,
          })
          .where('id', '=', sessionId)
          .where('revoked_at', 'is', null)
          .returning('id')
          .executeTakeFirst();
        return row !== undefined;
      }),

    revoke: (sessionId, reason, at) =>
      run(async (db) => {
        const row = await db
          .updateTable('latchkey_sessions')
          .set({ revoked_at: at, revoked_reason: reason })
          .where('id', '=', sessionId)
          .where('revoked_at', 'is', null)
          .returning(SESSION_FIELDS)
          .executeTakeFirst();
        return row ? sessionOf(row) : null;
      }),

    revokeAllOfUser: (userId, reason, at, exceptSessionId = '') =>
      run(async (db) => {
        const rows = await db
          .updateTable('latchkey_sessions')
          .set({ revoked_at: at, revoked_reason: reason })
          .where('user_id', '=', userId)
          .where('id', '!=', exceptSessionId)
          .where('revoked_at', 'is', null)
          .returning('id')
          .execute();
        return rows.map((row) => row.id);
      }),

    findByUser: (userId, now, { limit, after }) =>
      run(async (db) => {
        let query = db
          .selectFrom('latchkey_sessions')
          .select(SESSION_FIELDS)
          .where('user_id', '=', userId)
          .where('revoked_at', 'is', null)
          .where('idle_expires_at', '>', now)
          .where('absolute_expires_at', '>', now);
        if (after)
          query = query.where(sql<boolean>`(created_at, id) < (${after.createdAt}, ${after.id})`);
        const rows = await query
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit + 1)
          .execute();
        const sessions = rows.slice(0, limit).map(sessionOf);
        const last = sessions.at(-1);
        return {
          sessions,
          next: last && rows.length > limit ? { createdAt: last.createdAt, id: last.id } : null,
        };
      }),

    /**
     * Purges along the primary key: an index on expiry would have to be written at every rotation.
     */
    purge: (expiredBy, limit, after) =>
      run(async (db) => {
        const looked = await db
          .selectFrom('latchkey_sessions')
          .select('id')
          .where('id', '>', after ?? '')
          .orderBy('id')
          .limit(limit)
          .execute();
        const last = looked.at(-1)?.id;
        if (last === undefined) return { removed: 0, next: null };
        const { numDeletedRows } = await db
          .deleteFrom('latchkey_sessions')
          .where('id', '>', after ?? '')
          .where('id', '<=', last)
          .where((where) =>
            where.or([
              where('idle_expires_at', '<=', expiredBy),
              where('absolute_expires_at', '<=', expiredBy),
            ]),
          )
          .executeTakeFirst();
        return { removed: Number(numDeletedRows), next: looked.length < limit ? null : last };
      }),
  };
}

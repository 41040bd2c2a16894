import type { RotationMatch, RotationNext, SessionRecord, SessionStore } from '@latchkey/core';
import { sql } from 'kysely';
import type { SqlDatabase } from '../database.ts';
import { compileOnce } from './compile-once.ts';

/**
 * Sessions from before the column was there, or from a node that does not know it yet, have none.
 */
const AUTHENTICATED_AT = sql<number>`coalesce(authenticated_at, created_at)`;

/** The record's fields, read straight out of the columns. */
export const RECORD = [
  'id',
  'user_id as userId',
  'username',
  'generation',
  'secret_hash as secretHash',
  'previous_secret_hash as previousSecretHash',
  'sealed_successor as sealedSuccessor',
  'handed_out_at as deliveredAt',
  'acknowledged_at as acknowledgedAt',
  'token_version as tokenVersion',
  'created_at as createdAt',
  AUTHENTICATED_AT.as('authenticatedAt'),
  'last_seen_at as lastSeenAt',
  'idle_expires_at as idleExpiresAt',
  'absolute_expires_at as absoluteExpiresAt',
  'revoked_at as revokedAt',
  'revoked_reason as revokedReason',
  'user_agent as userAgent',
  'ip_address as ipAddress',
] as const;

type SessionRow = Omit<SessionRecord, 'revokedReason'> & { revokedReason: string | null };
type RotateParameters = Omit<RotationMatch, 'generation' | 'secretHash'> &
  RotationNext & { matchGeneration: number; matchSecretHash: string };

/** The database holds the reason as plain text; we wrote it. */
export const recordOf = (row: SessionRow): SessionRecord => row as SessionRecord;

/**
 * A JSON array of acknowledgements as a table of them: the one thing that has no common spelling.
 */
const proofsIn = {
  sqlite: (json: string) =>
    sql`(select value ->> 'sessionId' as id, value ->> 'generation' as generation, value ->> 'at' as at from json_each(${json}))`,
  postgres: (json: string) =>
    sql`(select "sessionId" as id, generation, at from jsonb_to_recordset(${json}::jsonb) as proofs("sessionId" text, generation bigint, at bigint))`,
};

/** Sessions in SQL. Every verb is one statement, so that it is atomic in any dialect. */
export function sqlSessionStore({
  db: builder,
  kind,
  run,
}: Pick<SqlDatabase, 'db' | 'kind' | 'run'>): SessionStore {
  const rotate = compileOnce<RotateParameters, SessionRow>((value) =>
    builder
      .updateTable('sessions')
      .set({
        generation: value('generation'),
        secret_hash: value('secretHash'),
        previous_secret_hash: value('previousSecretHash'),
        sealed_successor: value('sealedSuccessor'),
        handed_out_at: value('deliveredAt'),
        last_seen_at: value('now'),
        acknowledged_at: null,
        idle_expires_at: value('idleExpiresAt'),
        user_agent: value('userAgent'),
        ip_address: value('ipAddress'),
      })
      .where('id', '=', value('sessionId'))
      .where('generation', '=', value('matchGeneration'))
      .where('secret_hash', '=', value('matchSecretHash'))
      .where('revoked_at', 'is', null)
      .where('idle_expires_at', '>', value('now'))
      .where('absolute_expires_at', '>', value('now'))
      .where((where) =>
        where.or([where('generation', '=', 0), where('handed_out_at', '<=', value('deliveredBy'))]),
      )
      .returning(RECORD)
      .compile(),
  );

  async function find(db: SqlDatabase['db'], sessionId: string): Promise<SessionRecord | null> {
    const row = await db
      .selectFrom('sessions')
      .select(RECORD)
      .where('id', '=', sessionId)
      .executeTakeFirst();
    return row ? recordOf(row) : null;
  }

  return {
    create: (session) =>
      run(async (db) => {
        await db
          .insertInto('sessions')
          .values({
            id: session.id,
            user_id: session.userId,
            username: session.username,
            generation: session.generation,
            secret_hash: session.secretHash,
            previous_secret_hash: session.previousSecretHash,
            sealed_successor: session.sealedSuccessor,
            handed_out_at: session.deliveredAt,
            acknowledged_at: session.acknowledgedAt,
            token_version: session.tokenVersion,
            created_at: session.createdAt,
            authenticated_at: session.authenticatedAt,
            last_seen_at: session.lastSeenAt,
            idle_expires_at: session.idleExpiresAt,
            absolute_expires_at: session.absoluteExpiresAt,
            revoked_at: session.revokedAt,
            revoked_reason: session.revokedReason,
            user_agent: session.userAgent,
            ip_address: session.ipAddress,
          })
          .execute();
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
          ? { won: true, session: recordOf(row) }
          : { won: false, session: await find(db, match.sessionId) };
      }),

    recordDelivery: (sessionId, generation, at) =>
      run(async (db) => {
        const row = await db
          .updateTable('sessions')
          .set({
            handed_out_at: sql`case when handed_out_at > ${at} then handed_out_at else ${at} end`,
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
          update sessions set acknowledged_at = proof.at, last_seen_at = case when last_seen_at > proof.at then last_seen_at else proof.at end
          from ${proofsIn[kind](JSON.stringify(batch))} as proof
          where sessions.id = proof.id and sessions.generation = proof.generation and sessions.acknowledged_at is null
        `.execute(db);
      }),

    setTokenVersion: (sessionId, tokenVersion) =>
      run(async (db) => {
        const row = await db
          .updateTable('sessions')
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
          .updateTable('sessions')
          .set({
            authenticated_at: sql`case when ${AUTHENTICATED_AT} > ${at} then ${AUTHENTICATED_AT} else ${at} end`,
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
          .updateTable('sessions')
          .set({ revoked_at: at, revoked_reason: reason })
          .where('id', '=', sessionId)
          .where('revoked_at', 'is', null)
          .returning(RECORD)
          .executeTakeFirst();
        return row ? recordOf(row) : null;
      }),

    revokeAllOfUser: (userId, reason, at, exceptSessionId = '') =>
      run(async (db) => {
        const rows = await db
          .updateTable('sessions')
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
          .selectFrom('sessions')
          .select(RECORD)
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
        const sessions = rows.slice(0, limit).map(recordOf);
        const last = sessions.at(-1);
        return {
          sessions,
          next: last && rows.length > limit ? { createdAt: last.createdAt, id: last.id } : null,
        };
      }),

    /** Walks the primary key: an index on expiry would have to be written at every rotation. */
    purge: (expiredBy, limit, after) =>
      run(async (db) => {
        const looked = await db
          .selectFrom('sessions')
          .select('id')
          .where('id', '>', after ?? '')
          .orderBy('id')
          .limit(limit)
          .execute();
        const last = looked.at(-1)?.id;
        if (last === undefined) return { removed: 0, next: null };
        const { numDeletedRows } = await db
          .deleteFrom('sessions')
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

import type { RevocationLog, RevocationReason } from '@latchkey/core';
import { inChunks } from '../connection/in-chunks.ts';
import type { SqlDatabase } from '../database.ts';

export interface SqlRevocationLog extends RevocationLog {
  /**
   * Deletes up to `limit` revocations of sessions that have expired.
   *
   * @returns how many were deleted
   */
  purge(expiredBy: number, limit: number): Promise<number>;
}

/**
 * Creates the log of revocations in SQL, for sessions in another store, whose loss it outlives.
 *
 * @example
 * import { durableRevocations, redisSessionStore } from '@latchkey/redis';
 * import { sqlRevocationLog } from '@latchkey/sql';
 *
 * const store = durableRevocations(redisSessionStore(redis), sqlRevocationLog(database));
 */
export function sqlRevocationLog({ run }: Pick<SqlDatabase, 'run'>): SqlRevocationLog {
  return {
    record: (revocations) =>
      run((db) =>
        inChunks(revocations, async (chunk) => {
          const rows = await db
            .insertInto('latchkey_revocations')
            .values(
              chunk.map(({ sessionId, userId, reason, at, expiresAt }) => ({
                session_id: sessionId,
                user_id: userId,
                reason,
                revoked_at: at,
                expires_at: expiresAt,
              })),
            )
            .onConflict((conflict) => conflict.column('session_id').doNothing())
            .returning('session_id')
            .execute();
          return rows.map(({ session_id }) => session_id);
        }),
      ),

    find: (sessionIds) =>
      run((db) =>
        inChunks(sessionIds, async (chunk) => {
          const rows = await db
            .selectFrom('latchkey_revocations')
            .select([
              'session_id as sessionId',
              'user_id as userId',
              'reason',
              'revoked_at as at',
              'expires_at as expiresAt',
            ])
            .where('session_id', 'in', chunk)
            .execute();
          return rows.map(({ sessionId, userId, reason, at, expiresAt }) => ({
            sessionId,
            userId,
            reason: reason as RevocationReason,
            at: Number(at),
            expiresAt: Number(expiresAt),
          }));
        }),
      ),

    purge: (expiredBy, limit) =>
      run(async (db) => {
        const oldest = db
          .selectFrom('latchkey_revocations')
          .select('session_id')
          .where('expires_at', '<=', expiredBy)
          .orderBy('expires_at')
          .limit(limit);
        const { numDeletedRows } = await db
          .deleteFrom('latchkey_revocations')
          .where('session_id', 'in', oldest)
          .executeTakeFirst();
        return Number(numDeletedRows);
      }),
  };
}

import type { Clock, Counters } from '@latchkey/core';
import { sql } from 'kysely';
import type { SqlDatabase } from './database.ts';

const COLUMNS = ['points', 'expires_at as expiresAt'] as const;

/** Counts in SQL. Each verb is one statement. */
export function sqlCounters({ run }: Pick<SqlDatabase, 'run'>, clock: Clock): Counters {
  return {
    add: (key, points, lastsMs) =>
      run(async (db) => {
        const now = clock.now();
        if (points <= 0) {
          const left = sql<number>`case when points + ${points} < 0 then 0 else points + ${points} end`;
          const row = await db
            .updateTable('counters')
            .set({ points: left })
            .where('key', '=', key)
            .where('expires_at', '>', now)
            .returning(COLUMNS)
            .executeTakeFirst();
          return row ?? { points: 0, expiresAt: now };
        }
        const expired = sql<boolean>`counters.expires_at <= ${now}`;
        return db
          .insertInto('counters')
          .values({ key, points, expires_at: now + lastsMs })
          .onConflict((conflict) =>
            conflict.column('key').doUpdateSet({
              points: sql<number>`case when ${expired} then excluded.points else counters.points + excluded.points end`,
              expires_at: sql<number>`case when ${expired} then excluded.expires_at else counters.expires_at end`,
            }),
          )
          .returning(COLUMNS)
          .executeTakeFirstOrThrow();
      }),

    set: (key, points, lastsMs) =>
      run((db) => {
        const expires_at = clock.now() + lastsMs;
        const row = db.insertInto('counters').values({ key, points, expires_at });
        return row
          .onConflict((conflict) => conflict.column('key').doUpdateSet({ points, expires_at }))
          .returning(COLUMNS)
          .executeTakeFirstOrThrow();
      }),

    get: (key) =>
      run(async (db) => {
        const row = await db
          .selectFrom('counters')
          .select(COLUMNS)
          .where('key', '=', key)
          .where('expires_at', '>', clock.now())
          .executeTakeFirst();
        return row ?? null;
      }),

    remove: (key) =>
      run(async (db) => {
        const row = await db
          .deleteFrom('counters')
          .where('key', '=', key)
          .returning('expires_at')
          .executeTakeFirst();
        return row !== undefined && row.expires_at > clock.now();
      }),

    purge: (expiredBy, limit) =>
      run(async (db) => {
        const oldest = db
          .selectFrom('counters')
          .select('key')
          .where('expires_at', '<=', expiredBy)
          .orderBy('expires_at')
          .limit(limit);
        const { numDeletedRows } = await db
          .deleteFrom('counters')
          .where('key', 'in', oldest)
          .where('expires_at', '<=', expiredBy)
          .executeTakeFirst();
        return Number(numDeletedRows);
      }),
  };
}

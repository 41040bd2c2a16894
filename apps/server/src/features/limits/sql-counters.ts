import type { Clock } from '@latchkey/core';
import { sql } from 'kysely';
import type { AppDatabase } from '../../services/app-database.ts';
import type { Counters } from './counters.ts';

const COLUMNS = ['points', 'expires_at as expiresAt'] as const;

/** Creates counters in SQL. Each method is one statement. */
export function sqlCounters({ run }: Pick<AppDatabase, 'run'>, clock: Clock): Counters {
  return {
    add: (key, points, lastsMs) =>
      run(async (db) => {
        const now = clock.now();
        if (points <= 0) {
          const left = sql<number>`case when points + ${points} < 0 then 0 else points + ${points} end`;
          const row = await db
            .updateTable('app_counters')
            .set({ points: left })
            .where('key', '=', key)
            .where('expires_at', '>', now)
            .returning(COLUMNS)
            .executeTakeFirst();
          return row ?? { points: 0, expiresAt: now };
        }
        const expired = sql<boolean>`app_counters.expires_at <= ${now}`;
        return db
          .insertInto('app_counters')
          .values({ key, points, expires_at: now + lastsMs })
          .onConflict((conflict) =>
            conflict.column('key').doUpdateSet({
              points: sql<number>`case when ${expired} then excluded.points else app_counters.points + excluded.points end`,
              expires_at: sql<number>`case when ${expired} then excluded.expires_at else app_counters.expires_at end`,
            }),
          )
          .returning(COLUMNS)
          .executeTakeFirstOrThrow();
      }),

    set: (key, points, lastsMs) =>
      run((db) => {
        const expires_at = clock.now() + lastsMs;
        const row = db.insertInto('app_counters').values({ key, points, expires_at });
        return row
          .onConflict((conflict) => conflict.column('key').doUpdateSet({ points, expires_at }))
          .returning(COLUMNS)
          .executeTakeFirstOrThrow();
      }),

    get: (key) =>
      run(async (db) => {
        const row = await db
          .selectFrom('app_counters')
          .select(COLUMNS)
          .where('key', '=', key)
          .where('expires_at', '>', clock.now())
          .executeTakeFirst();
        return row ?? null;
      }),

    remove: (key) =>
      run(async (db) => {
        const row = await db
          .deleteFrom('app_counters')
          .where('key', '=', key)
          .returning('expires_at')
          .executeTakeFirst();
        return row !== undefined && row.expires_at > clock.now();
      }),

    purge: (expiredBy, limit) =>
      run(async (db) => {
        const oldest = db
          .selectFrom('app_counters')
          .select('key')
          .where('expires_at', '<=', expiredBy)
          .orderBy('expires_at')
          .limit(limit);
        const { numDeletedRows } = await db
          .deleteFrom('app_counters')
          .where('key', 'in', oldest)
          .where('expires_at', '<=', expiredBy)
          .executeTakeFirst();
        return Number(numDeletedRows);
      }),
  };
}

import type { Clock } from '@latchkey/core';
import type { SqlDatabase } from '@latchkey/sql';

const KEEP_SECONDS = 15;
/** Nobody counts further for a chart. */
export const COUNT_AT_MOST = 100_000;

/**
 * How many sessions could be used now, at most {@link COUNT_AT_MOST}. Counted at most every quarter of a minute, however many look. Only where sessions live in SQL.
 *
 * @returns `null` when the database cannot answer
 */
export function liveSessions({ run }: Pick<SqlDatabase, 'run'>, clock: Clock): () => Promise<number | null> {
  let counted: { readonly at: number; readonly count: Promise<number | null> } | undefined;
  return () => {
    const now = clock.now();
    if (!counted || now - counted.at >= KEEP_SECONDS * 1000) counted = { at: now, count: count(now).catch(() => null) };
    return counted.count;
  };

  function count(now: number): Promise<number> {
    return run(async (db) => {
      const some = db
        .selectFrom('sessions')
        .select('id')
        .where('revoked_at', 'is', null)
        .where('idle_expires_at', '>', now)
        .where('absolute_expires_at', '>', now)
        .limit(COUNT_AT_MOST);
      const row = await db
        .selectFrom(some.as('live'))
        .select(({ fn }) => fn.countAll().as('count'))
        .executeTakeFirst();
      return Number(row?.count ?? 0);
    });
  }
}

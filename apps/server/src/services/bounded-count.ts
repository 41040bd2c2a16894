import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { AppDatabase } from './app-database.ts';

/** The largest exact count. */
export const COUNTED = 10_000;

/** The schema of a count: exact, or a lower bound that is read as "10,000+". */
export const boundedCount = z.object({ count: z.number(), exact: z.boolean() });
export type BoundedCount = z.output<typeof boundedCount>;

/** Returns the count of rows of which at most one too many was counted. */
export const boundedCountOf = (rows: number, atMost = COUNTED): BoundedCount => ({
  count: Math.min(rows, atMost),
  exact: rows <= atMost,
});

/**
 * Counts the rows of a query, and stops at one too many.
 *
 * @param rows a query without an order that an index answers
 * @throws StoreUnavailableError
 */
export async function countRows(
  { run }: Pick<AppDatabase, 'run'>,
  rows: RawBuilder<unknown>,
  atMost = COUNTED,
): Promise<BoundedCount> {
  const counted = await run((db) =>
    sql<{ n: number }>`select count(*) as n from (${rows} limit ${atMost + 1}) as counted`.execute(
      db,
    ),
  );
  return boundedCountOf(Number(counted.rows[0]?.n ?? 0), atMost);
}

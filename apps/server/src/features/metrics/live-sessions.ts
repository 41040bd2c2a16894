import type { Clock } from '@latchkey/core';
import type { SqlLiveSessions } from '@latchkey/sql';

const KEEP_SECONDS = 15;
/**
 * The largest number that is counted exactly: on SQLite a count blocks the process, for some two
 * milliseconds at this size.
 */
export const COUNT_AT_MOST = 10_000;

/**
 * Counts the live sessions, up to {@link COUNT_AT_MOST}, and caches the count for 15 seconds.
 *
 * @returns `null` if the database does not answer
 */
export function countLiveSessions(
  sessions: Pick<SqlLiveSessions, 'count'>,
  clock: Clock,
): () => Promise<number | null> {
  let counted: { readonly at: number; readonly count: Promise<number | null> } | undefined;
  return () => {
    const now = clock.now();
    if (!counted || now - counted.at >= KEEP_SECONDS * 1000)
      counted = { at: now, count: sessions.count(now, COUNT_AT_MOST).catch(() => null) };
    return counted.count;
  };
}

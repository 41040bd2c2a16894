/** The most values in one statement; SQLite allows 32,766. */
const CHUNK = 500;

/**
 * Processes a list in chunks of 500, one after the other, and concatenates the results: databases
 * limit the number of values in one statement.
 *
 * @example
 * import { inChunks } from '@latchkey/sql';
 *
 * const ids = ['Kq3vX0aBfG2mT9wLr5YtZQ'];
 * const found = await inChunks(ids, (chunk) =>
 *   database.run((db) =>
 *     db.selectFrom('latchkey_sessions').select('id').where('id', 'in', chunk).execute(),
 *   ),
 * );
 */
export async function inChunks<Item, Result>(
  items: readonly Item[],
  work: (chunk: readonly Item[]) => Promise<readonly Result[]>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += CHUNK)
    results.push(...(await work(items.slice(at, at + CHUNK))));
  return results;
}

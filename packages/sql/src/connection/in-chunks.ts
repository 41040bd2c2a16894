/** Values that one statement may carry are limited, to 32,766 on SQLite. */
const CHUNK = 500;

/** Does work on a list a part at a time, one after the other, and puts the results together. */
export async function inChunks<Item, Result>(
  items: readonly Item[],
  work: (chunk: readonly Item[]) => Promise<readonly Result[]>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += CHUNK)
    results.push(...(await work(items.slice(at, at + CHUNK))));
  return results;
}

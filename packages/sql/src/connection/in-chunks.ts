/** The number of values in one statement is limited, to 32,766 on SQLite. */
const CHUNK = 500;

/** Processes a list in chunks, one after the other, and concatenates the results. */
export async function inChunks<Item, Result>(
  items: readonly Item[],
  work: (chunk: readonly Item[]) => Promise<readonly Result[]>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += CHUNK)
    results.push(...(await work(items.slice(at, at + CHUNK))));
  return results;
}

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './entry-points.ts';
import { readPreamble } from './examples.ts';
import { readExports } from './read-exports.ts';
import { indexText } from './write-index.ts';
import { pageText } from './write-page.ts';

/** The folder of the API reference's pages. */
export const REFERENCE = join(ROOT, 'docs', 'reference');

/** Returns the text of each file of the API reference, by file name. */
export function filesOf(pages: Awaited<ReturnType<typeof readExports>>): Map<string, string> {
  return new Map([
    ['README.md', indexText(pages, readPreamble())],
    ...pages.map((page) => [page.page, pageText(page, pages)] as const),
  ]);
}

/**
 * Writes the API reference into `docs/reference`, and removes the pages of entry points that no
 * longer exist.
 *
 * @returns the paths of the files
 * @throws Error if the TSDoc has faults
 */
export async function writeReference(): Promise<string[]> {
  const files = filesOf(await readExports());
  mkdirSync(REFERENCE, { recursive: true });
  for (const file of readdirSync(REFERENCE)) if (!files.has(file)) rmSync(join(REFERENCE, file));
  for (const [file, text] of files) writeFileSync(join(REFERENCE, file), text);
  return [...files.keys()].map((file) => join(REFERENCE, file));
}

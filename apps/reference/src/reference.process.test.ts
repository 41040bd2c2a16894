import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { entryPoints } from './entry-points.ts';
import { referenceFaults } from './faults.ts';
import { filesOf, REFERENCE } from './index.ts';
import { type Page, readExports } from './read-exports.ts';

let pages: Page[];
let files: Map<string, string>;
beforeAll(async () => {
  pages = await readExports();
  files = filesOf(pages);
});

it('every export of the packages has a summary, and every export that is called has an example', () => {
  expect(referenceFaults(pages)).toEqual([]);
});

it.each(['README.md', ...entryPoints().map(({ page }) => page)])(
  'docs/reference/%s is what the sources generate (npm run build -- --reference)',
  (file) => {
    expect(readFileSync(join(REFERENCE, file), 'utf8')).toBe(files.get(file));
  },
);

it('docs/reference contains no file that is not generated', () => {
  expect(readdirSync(REFERENCE).sort()).toEqual([...files.keys()].sort());
});

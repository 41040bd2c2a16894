import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PROGRAMS = 'apps/examples/src/guide';
const MOST_LINES = 90;

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const pages = readdirSync(join(ROOT, 'docs/guide')).map((name) => `docs/guide/${name}`);
const index = 'docs/adopting.md';

/** The fenced blocks of TypeScript of a page, with the file that the info string names. */
const blocksOf = (page: string) =>
  [...read(page).matchAll(/^```tsx?(.*)\n([\s\S]*?)^```$/gm)].map(([, info = '', code = '']) => ({
    file: /^ file=(\S+)$/.exec(info)?.[1],
    code,
  }));

/** Whether the lines of a block follow each other in a file. */
const quotes = (file: string, code: string) => `\n${read(file)}`.includes(`\n${code}`);

it.each(pages)(
  'each block of TypeScript in %s is a contiguous part of the file it names',
  (page) => {
    const blocks = blocksOf(page);
    expect(blocks.length).toBeGreaterThan(0);
    const wrong = blocks.filter(({ file, code }) => file === undefined || !quotes(file, code));
    expect(wrong).toEqual([]);
  },
);

it.each([index, 'docs/native.md'])('each block in %s that names a file is a part of it', (page) => {
  const blocks = blocksOf(page).filter(({ file }) => file !== undefined);
  expect(blocks.length).toBeGreaterThan(0);
  expect(blocks.filter(({ file = '', code }) => !quotes(file, code))).toEqual([]);
});

it('a block that differs from its file is no quotation', () => {
  const [{ file = '', code } = { code: '' }] = blocksOf(index).filter(({ file }) => file);
  expect(quotes(file, code.replace('const', 'Const'))).toBe(false);
});

it('the guide quotes every one of its programs', () => {
  const quoted = new Set([index, ...pages].flatMap(blocksOf).map(({ file }) => file));
  const programs = readdirSync(join(ROOT, PROGRAMS), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.ts$|^testing\//.test(name))
    .map((name) => `${PROGRAMS}/${name}`);
  expect(programs.length).toBeGreaterThan(10);
  expect(programs.filter((program) => !quoted.has(program))).toEqual([]);
});

it.each(pages)(`%s has at most ${MOST_LINES} lines, and is linked from ${index}`, (page) => {
  expect(read(page).trimEnd().split('\n').length).toBeLessThanOrEqual(MOST_LINES);
  expect(read(index)).toContain(`](${page.replace('docs/', '')})`);
});

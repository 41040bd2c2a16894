import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { DIALECT } from './source-tree.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const NOT_OURS = /^(node_modules|dist|test-results|screenshots|\.(?!changeset$).+)$/;

const pages = pagesIn('');

function pagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.test(entry.name) ? [] : pagesIn(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

const read = (page: string) =>
  readFileSync(join(ROOT, page), 'utf8').replace(/^```[\s\S]*?^```/gm, '');

/** The names under which a page's headings can be linked to. */
const anchorsOf = (page: string) =>
  [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

it('no page has words of the private dialect', () => {
  const faults = pages.flatMap((page) =>
    read(page)
      .split('\n')
      .filter((line) => DIALECT.test(line))
      .map((line) => `${page}: ${line}`),
  );
  expect(faults).toEqual([]);
});

it.each(pages)('%s has no broken link', (page) => {
  const targets = [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(
    ([, target = '']) => target,
  );
  const missing = targets.filter((target) => {
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path));
    if (!existsSync(join(ROOT, file))) return true;
    return anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).includes(anchor);
  });
  expect(missing).toEqual([]);
});

it('links every page of the docs from the README, directly or through others', () => {
  const reached = new Set(['README.md']);
  for (const page of reached)
    for (const [, target = ''] of read(page).matchAll(
      /\]\((?!https?:)([^)\s#]+)(?:#[^)\s]*)?\)/g,
    )) {
      const file = relative(ROOT, join(ROOT, dirname(page), target));
      if (file.endsWith('.md') && existsSync(join(ROOT, file))) reached.add(file);
    }
  const decisions = /^docs\/decisions\//;
  expect(
    pages.filter((page) => page.startsWith('docs') && !decisions.test(page) && !reached.has(page)),
  ).toEqual([]);
});

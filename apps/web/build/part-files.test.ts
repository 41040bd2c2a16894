import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { partFilesOf } from './part-files.ts';

const chunk = (
  name: string,
  imports: string[] = [],
  kind: 'entry' | 'part' | 'shared' = 'shared',
  css: string[] = [],
) => ({
  fileName: `assets/${name}-1a2b.js`,
  isEntry: kind === 'entry',
  isDynamicEntry: kind === 'part',
  facadeModuleId: kind === 'shared' ? null : `/app/src/${name}.tsx`,
  imports: imports.map((other) => `assets/${other}-1a2b.js`),
  viteMetadata: { importedCss: new Set(css) },
});

const chunks = [
  chunk('main', ['vendor'], 'entry', ['assets/main.css']),
  chunk('vendor'),
  chunk('account-page', ['list', 'vendor', 'main'], 'part'),
  chunk('admin-page', ['charts'], 'part'),
  chunk('list', ['button'], 'shared', ['assets/list.css']),
  chunk('button', ['list']),
  chunk('charts', ['button']),
];

it('partFilesOf lists the scripts and style sheets of a part without those of the entry', () => {
  const { files, parts } = partFilesOf(chunks, '/');
  const filesOf = (name: string) => parts[name]?.map((index) => files[index]).toSorted();
  expect(Object.keys(parts)).toEqual(['account-page', 'admin-page']);
  expect(filesOf('account-page')).toEqual([
    '/assets/account-page-1a2b.js',
    '/assets/button-1a2b.js',
    '/assets/list-1a2b.js',
    '/assets/list.css',
  ]);
  expect(filesOf('admin-page')).toEqual([
    '/assets/admin-page-1a2b.js',
    '/assets/button-1a2b.js',
    '/assets/charts-1a2b.js',
    '/assets/list-1a2b.js',
    '/assets/list.css',
  ]);
});

it('partFilesOf lists a file of two parts once', () => {
  const { files } = partFilesOf(chunks, '/');
  expect(new Set(files).size).toBe(files.length);
});

it('partFilesOf puts the base path before each file', () => {
  expect(partFilesOf(chunks, '/app/').files[0]).toBe('/app/assets/account-page-1a2b.js');
});

it('each import() of the app has a lazy part that is named after its file', () => {
  const folder = new URL('../src/', import.meta.url);
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.tsx?$/.test(name) && !name.includes('.test.'),
  );
  const code = sources
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n')
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    .replace(/\s+/g, ' ');
  const imports = code.match(/\bimport\(/g) ?? [];
  const named =
    /(?:lazyPage|lazyPart)\( ?'([\w-]+)', ?\(\) => ?import\( ?'[./\w-]*\/\1\.tsx?' ?\)/g;
  expect(imports.length).toBeGreaterThan(12);
  expect(code.match(named)).toHaveLength(imports.length);
});

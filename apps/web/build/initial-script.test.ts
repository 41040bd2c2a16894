import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, it, vi } from 'vitest';
import { initialScript, scriptBudget } from './initial-script.ts';

const chunk = (name: string, imports: string[] = [], isEntry = false) => ({
  type: 'chunk' as const,
  fileName: `${name}.js`,
  name,
  code: randomBytes(400).toString('hex'),
  isEntry,
  imports: imports.map((other) => `${other}.js`),
});

const chunks = [
  chunk('main', ['vendor'], true),
  chunk('vendor'),
  chunk('page', ['shared', 'vendor']),
  chunk('shared', ['page']),
  chunk('admin', ['charts']),
  chunk('charts'),
];

it('initialScript counts the entry, the route and their imports once', () => {
  const parts = initialScript(chunks, 'page');
  expect(parts.map(({ fileName }) => fileName).sort()).toEqual([
    'main.js',
    'page.js',
    'shared.js',
    'vendor.js',
  ]);
  expect(parts[0]?.bytes).toBe(gzipSync(chunks[0]?.code ?? '', { level: 9 }).length);
});

it('initialScript rejects an unknown route', () => {
  expect(() => initialScript(chunks, 'pag')).toThrow('no chunk "pag"');
});

it('scriptBudget prints the size, and fails a build over the budget with the sizes of its chunks', () => {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  const context = {
    error(line: string) {
      throw new Error(line);
    },
  };
  const run = (kilobytes: number) => {
    const { generateBundle } = scriptBudget('page', kilobytes) as unknown as {
      generateBundle(this: object, options: object, bundle: object): void;
    };
    generateBundle.call(context, {}, Object.fromEntries(chunks.map((one) => [one.fileName, one])));
  };
  run(100);
  expect(log).toHaveBeenCalledWith(
    expect.stringMatching(/^The script page needs is [\d.]+ kB gzipped, of 100 kB\.$/),
  );
  expect(() => run(1)).toThrow(/of 1 kB\.\n(.*\n){4}Load code/);
});

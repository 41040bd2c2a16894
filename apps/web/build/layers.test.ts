import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SOURCE = fileURLToPath(new URL('../src/', import.meta.url));

/**
 * The folders of the app from top to bottom: each imports only from itself and from those after it.
 */
const LAYERS = ['app', 'gallery', 'features', 'components', 'lib', 'messages'];

const layerOf = (file: string) => LAYERS.indexOf(file.split('/')[0] ?? '');

/** The relative imports of each file in a folder, tests included. */
const imports = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && file.includes('/'))
  .map((file) => {
    const code = readFileSync(join(SOURCE, file), 'utf8');
    const targets = [...code.matchAll(/(?:from|import\() ?'(\.[^']+)'/g)]
      .map(([, specifier = '']) => normalize(join(dirname(file), specifier)))
      .filter((target) => !target.startsWith('..'));
    return [file, targets] as const;
  });

/** The imports between features, each as a pair of feature names. */
const edges = imports
  .flatMap(([file, targets]) => targets.map((target) => [file, target] as const))
  .filter((pair) => pair.every((path) => path.startsWith('features/')))
  .map(([from, to]) => [from.split('/')[1] ?? '', to.split('/')[1] ?? ''] as const)
  .filter(([from, to]) => from !== to);

function reaches(from: string, to: string, seen = new Set<string>()): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  return edges.some(([start, next]) => start === from && (next === to || reaches(next, to, seen)));
}

it('each folder of the app imports only from lower layers', () => {
  expect(imports.length).toBeGreaterThan(100);
  const upward = imports.flatMap(([file, targets]) =>
    targets
      .filter((target) => layerOf(file) < 0 || layerOf(target) < layerOf(file))
      .map((target) => `${file} imports ${target}`),
  );
  expect(upward).toEqual([]);
});

it('the features of the app import each other without a circle', () => {
  expect(edges.length).toBeGreaterThan(2);
  expect(edges.filter(([from, to]) => reaches(to, from))).toEqual([]);
});

import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const folder = (path: string) => new URL(path, import.meta.url);

it('shows every component of components/ui', () => {
  const sources = readdirSync(folder('.')).filter((name) => name.endsWith('.tsx'));
  const text = sources.map((name) => readFileSync(folder(name), 'utf8')).join('\n');
  const shown = new Set(
    [...text.matchAll(/from '\.\.\/components\/ui\/(.+?)'/g)].map(([, name]) => name),
  );
  expect(
    readdirSync(folder('../components/ui/')).filter(
      (name) => name.endsWith('.tsx') && !shown.has(name),
    ),
  ).toEqual([]);
});

import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const folder = (path: string) => new URL(path, import.meta.url);

it('the gallery shows every component but those that need a server', () => {
  const sources = readdirSync(folder('.')).filter((name) => name.endsWith('.tsx'));
  const text = sources.map((name) => readFileSync(folder(name), 'utf8')).join('\n');
  const shown = new Set(
    [...text.matchAll(/from '\.\.\/components\/(.+?)'/g)].map(([, name]) => name),
  );
  const components = readdirSync(folder('../components/'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.tsx'))
    .filter((name) => !name.startsWith('reauthentication/'));
  expect(components.length).toBeGreaterThan(20);
  expect(components.filter((name) => !shown.has(name))).toEqual([]);
});

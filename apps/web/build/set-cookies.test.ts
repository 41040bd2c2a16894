import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

it('the list of procedures that set cookies is complete, so that the link sends each alone', () => {
  const [, list = ''] = read('../src/lib/api.ts').match(/setCookies: \[([^\]]*)\]/) ?? [];
  const named = [...list.matchAll(/'([^']+)'/g)].map(([, path]) => path);
  const setting = [...read('../../../docs/policies.md').matchAll(/^\| (\S+) \|.*\| sets \|$/gm)]
    .map(([, path]) => path)
    .filter((path) => !path?.startsWith('auth.'));
  expect(new Set(named)).toEqual(new Set(setting));
});

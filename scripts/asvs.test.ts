import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const DOCS = new URL('../docs/', import.meta.url);
const page = readFileSync(new URL('asvs.md', DOCS), 'utf8');
const rows = [
  ...page.matchAll(/^\| (\d+\.\d+\.\d+) \| (.+?) \| (\w+) \| (.*?) \| (.*?) \|$/gm),
].map(([, id = '', asks = '', state = '', how = '', where = '']) => ({
  id,
  asks,
  state,
  how,
  where,
}));
const linksIn = (text: string) =>
  [...text.matchAll(/\]\(([^)#]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !target.startsWith('http'));
const states = ['shown', 'documented', 'partly', 'gap'];

describe('the page on OWASP ASVS', () => {
  it('has one row for each requirement, in order, with a valid state', () => {
    expect(rows.length).toBe(page.match(/^\| \d/gm)?.length);
    const number = (id: string) => id.split('.').reduce((sum, part) => sum * 100 + Number(part), 0);
    expect(rows.map(({ id }) => id)).toEqual(
      [...new Set(rows.map(({ id }) => id))].sort((a, b) => number(a) - number(b)),
    );
    expect(rows.filter(({ state }) => !states.includes(state))).toEqual([]);
  });

  it('counts the requirements of each state correctly', () => {
    const count = (state: string) => rows.filter((row) => row.state === state).length;
    expect(page).toContain(
      `${count('shown')} shown, ${count('documented')} documented, ${count('partly')} partly, ${count('gap')} gaps, ${rows.length} in all.`,
    );
  });

  it('names a test for each shown requirement, and what each other one lacks', () => {
    expect(
      rows
        .filter(({ state, where }) => state === 'shown' && linksIn(where).length === 0)
        .map(({ id }) => id),
    ).toEqual([]);
    expect(
      rows.filter(({ state, how }) => state !== 'shown' && how.length < 10).map(({ id }) => id),
    ).toEqual([]);
  });

  it('names only test files that have tests, none of them skipped', () => {
    for (const target of new Set(rows.flatMap(({ where }) => linksIn(where)))) {
      const text = readFileSync(new URL(target, DOCS), 'utf8');
      expect(text, target).toMatch(/\b(it|test)(\.each\b|\()|Contract\(|\.for\(/);
      expect(text, target).not.toMatch(/\b(it|test|describe)\.(skip|only|todo)\b/);
    }
  });
});

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/**
 * Returns the lines of a file without indentation and spacing, so that a line whose indentation
 * alone differs counts as unchanged.
 */
const linesOf = (path: string) =>
  readFileSync(new URL(path, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.replaceAll(/\s/g, ''));

/**
 * Counts the lines of a file that are new or changed, as `git diff --ignore-all-space --numstat`
 * does: those outside the longest common subsequence.
 */
function linesAdded(file: string): number {
  const [before, after] = [linesOf(`before/${file}`), linesOf(`after/${file}`)];
  let common = Array<number>(after.length + 1).fill(0);
  for (const old of before) {
    const next = [0];
    for (const [index, line] of after.entries())
      next.push(
        line === old
          ? (common[index] ?? 0) + 1
          : Math.max(next[index] ?? 0, common[index + 1] ?? 0),
      );
    common = next;
  }
  return after.length - (common.at(-1) ?? 0);
}

it.each([
  ['server', 'server.ts', 30],
  ['client', 'client.tsx', 20],
])('the example app adopts Latchkey on the %s in few new or changed lines', (_side, file, most) => {
  expect(linesAdded(file)).toBeGreaterThan(0);
  expect(linesAdded(file)).toBeLessThanOrEqual(most);
});

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What git counts between two files: lines that are new or changed. One that is only indented otherwise is neither. */
function linesAdded(file: string): number {
  const { stdout } = spawnSync('git', ['diff', '--no-index', '--ignore-all-space', '--numstat', here(`before/${file}`), here(`after/${file}`)], {
    encoding: 'utf8',
  });
  return Number(/^(\d+)\t/.exec(stdout)?.[1]);
}

it.each([
  ['server', 'server.ts', 15],
  ['client', 'client.tsx', 10],
])('the club adopts Latchkey on the %s in few lines: git counts them', (_side, file, most) => {
  expect(linesAdded(file)).toBeGreaterThan(0);
  expect(linesAdded(file)).toBeLessThanOrEqual(most);
});

import { readFileSync } from 'node:fs';
import { linesAdded } from '@latchkey/test-support/lines-added';
import { expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

it.each([
  ['server', 'server.ts', 30],
  ['client', 'client.tsx', 20],
])('the example app adopts Latchkey on the %s in few new or changed lines', (_side, file, most) => {
  const added = linesAdded(read(`before/${file}`), read(`after/${file}`));
  expect(added).toBeGreaterThan(0);
  expect(added).toBeLessThanOrEqual(most);
});

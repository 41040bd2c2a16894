import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ROOT } from './published.ts';

const LINTERS = {
  /** Whether what package.json promises is there. */
  publint: ['--strict'],
  /**
   * Whether TypeScript finds for each entry what Node finds. ES modules only: `require` is not
   * looked at.
   */
  attw: ['--profile', 'esm-only', '--format', 'ascii', '--no-emoji'],
} as const;

/** What publint and Are The Types Wrong have against a tarball, in their own words. */
export async function lintTarball(tarball: string): Promise<string[]> {
  const said = await Promise.all(
    Object.entries(LINTERS).map(([linter, options]) => failing(linter, [...options, tarball])),
  );
  return said.filter((words) => words !== null);
}

/** What a command printed, if it failed. */
function failing(linter: string, parameters: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(
      join(ROOT, 'apps/release/node_modules/.bin', linter),
      parameters,
      (error, stdout, stderr) => {
        resolve(
          error &&
            `${linter} found something:\n${stripVTControlCharacters(stdout + stderr).trim()}`,
        );
      },
    );
  });
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ROOT } from '../published.ts';

const LINTERS = {
  /** Whether every file exists that `exports` and `types` of package.json name. */
  publint: ['--strict'],
  /**
   * Whether TypeScript and Node resolve each entry alike. ES modules only: `require` is not
   * checked.
   */
  attw: ['--profile', 'esm-only', '--format', 'ascii', '--no-emoji'],
} as const;

/** Returns the findings of publint and Are The Types Wrong on a tarball. */
export async function lintTarball(tarball: string): Promise<string[]> {
  const said = await Promise.all(
    Object.entries(LINTERS).map(([linter, options]) => failing(linter, [...options, tarball])),
  );
  return said.filter((words) => words !== null);
}

/** The output of a command, if it failed. */
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

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ROOT } from '../published.ts';

const LINTERS = {
  /** publint checks that every file exists that `exports` and `types` of package.json name. */
  publint: ['--strict'],
  /**
   * Are The Types Wrong checks that TypeScript and Node resolve each entry alike, as ES module and
   * as CommonJS, and under `node10`.
   */
  attw: ['--format', 'ascii', '--no-emoji'],
} as const;

/** Returns the findings of publint and Are The Types Wrong on a tarball. */
export async function lintTarball(tarball: string): Promise<string[]> {
  const said = await Promise.all(
    Object.entries(LINTERS).map(([linter, options]) => failing(linter, [...options, tarball])),
  );
  return said.filter((words) => words !== null);
}

/** Returns the output of a linter, if it failed. */
function failing(linter: string, parameters: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(
      join(ROOT, 'apps/release/node_modules/.bin', linter),
      parameters,
      (error, stdout, stderr) => {
        resolve(error && `${linter} reports:\n${stripVTControlCharacters(stdout + stderr).trim()}`);
      },
    );
  });
}

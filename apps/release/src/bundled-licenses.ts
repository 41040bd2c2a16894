import { globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Matches the folder of the package to which a source file belongs. */
const PACKAGE_FOLDER = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/**
 * Writes `dist/LICENSES.txt` with the licenses of the packages that a build contains, as these
 * licenses require; no file if it contains none.
 *
 * @throws Error if a bundled package has no license file
 */
export function writeBundledLicenses(folder: string): void {
  const bundled = new Set(globSync('dist/**/*.map', { cwd: folder }).flatMap(packagesIn));
  if (bundled.size > 0)
    writeFileSync(
      join(folder, 'dist/LICENSES.txt'),
      [...bundled].sort().map(licenseOf).join('\n\n'),
    );

  function packagesIn(map: string): string[] {
    const { sources } = JSON.parse(readFileSync(join(folder, map), 'utf8')) as {
      readonly sources: readonly string[];
    };
    return sources.flatMap((source) => {
      const path = resolve(folder, dirname(map), source);
      return path.match(PACKAGE_FOLDER) ?? [];
    });
  }
}

function licenseOf(home: string): string {
  const { name, version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const file = readdirSync(home).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} ${version} has no license file, so it cannot be bundled.`);
  return `${name} ${version}\n\n${readFileSync(join(home, file), 'utf8').trim()}\n`;
}

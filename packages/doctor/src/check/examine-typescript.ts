import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseTsconfig } from 'get-tsconfig';
import type { FindingCollector } from '../finding.ts';
import { type App, findInstalled } from './project.ts';
import { TYPESCRIPT_RANGE } from './requirements.ts';
import { isInRange } from './versions.ts';

/** Checks the version of TypeScript, and whether its projects can read `exports` of packages. */
export function examineTypeScript(app: App, noted: FindingCollector): void {
  const config = join(app.folder, 'tsconfig.json');
  if (!app.listed.has('typescript') && !existsSync(config)) return;
  const version = findInstalled('typescript', app.folder)?.manifest.version;
  if (version !== undefined && !isInRange(version, TYPESCRIPT_RANGE))
    noted.fault(
      'typescript-too-old',
      `TypeScript ${version} is installed`,
      `the declarations of the packages, and those of tRPC, need ${TYPESCRIPT_RANGE}`,
      'npm install --save-dev typescript@latest',
    );
  for (const path of projectsOf(config)) {
    const name = relative(app.folder, path);
    try {
      const resolution = resolutionOf(path, version);
      if (resolution !== null)
        noted.fault(
          'module-resolution',
          `${name} resolves modules as ${resolution}`,
          'TypeScript then does not read "exports" of a package.json, so it finds no declarations of the packages',
          'set "module": "nodenext", or "moduleResolution": "bundler" for what a bundler builds',
        );
    } catch (error) {
      noted.warning(
        'tsconfig-unreadable',
        `${name} cannot be read (${(error as Error).message})`,
        'how it resolves modules was not checked',
        'run npx tsc --showConfig, which says what is wrong with it',
      );
    }
  }
}

/** Returns a tsconfig.json, or those to which it refers if it has no files of its own. */
function projectsOf(path: string): string[] {
  if (!existsSync(path)) return [];
  try {
    const { files, include, references = [] } = parseTsconfig(path);
    if (files?.length !== 0 || include !== undefined || references.length === 0) return [path];
    return references
      .map((reference) => resolve(dirname(path), reference.path))
      .map((target) => (target.endsWith('.json') ? target : join(target, 'tsconfig.json')))
      .filter((target) => target !== path);
  } catch {
    return [path];
  }
}

/**
 * Returns how a project resolves modules if that way cannot read `exports`; else `null`.
 *
 * TypeScript 6 resolves as `bundler` by default. Before, `module` decided, and most of its values
 * led to node10 or classic; the parser applies that rule to `classic`.
 *
 * @throws Error if the file, or one that it extends, cannot be read
 */
function resolutionOf(path: string, version: string | undefined): string | null {
  const resolution = parseTsconfig(path).compilerOptions?.moduleResolution?.toLowerCase();
  if (resolution === 'node10' || resolution === 'node') return 'node10';
  if (version === undefined || isInRange(version, '>=6.0.0')) return null;
  if (resolution === undefined) return 'node10';
  return resolution === 'classic' ? resolution : null;
}

import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseTsconfig } from 'get-tsconfig';
import type { FindingCollector } from '../finding.ts';
import { type App, findInstalled } from './project.ts';
import { TYPESCRIPT_RANGE } from './requirements.ts';
import { isInRange } from './versions.ts';

/** Checks the version of TypeScript, and whether its projects find the declarations of packages. */
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
      if (isClassic(path, version))
        noted.fault(
          'module-resolution',
          `${name} resolves modules as classic`,
          'TypeScript then does not look into node_modules, so it finds no declarations of the packages',
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
 * Whether a project resolves modules as `classic`, which finds no packages. TypeScript 5 does so by
 * default for some values of `module`; the parser applies that rule. TypeScript 6 no longer knows
 * it.
 *
 * @throws Error if the file, or one that it extends, cannot be read
 */
function isClassic(path: string, version: string | undefined): boolean {
  const isKnown = version !== undefined && isInRange(version, '<6.0.0');
  const { moduleResolution } = parseTsconfig(path).compilerOptions ?? {};
  return isKnown && moduleResolution?.toLowerCase() === 'classic';
}

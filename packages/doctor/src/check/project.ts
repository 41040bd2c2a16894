import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The part of a package.json that the checks read. */
export interface PackageJson {
  readonly version?: string;
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package.json and the folder that has it. */
export interface Package {
  /** The real path of the package's folder. */
  readonly folder: string;
  readonly manifest: PackageJson;
}

/** The app whose folder is checked. */
export interface App extends Package {
  /** The names of all packages that its package.json lists. */
  readonly listed: ReadonlySet<string>;
}

/** Thrown if the folder cannot be checked; the message says why, and the fix. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
}

/**
 * Reads the package.json of an app.
 *
 * @throws FolderError if the folder has no package.json, or it is not JSON
 */
export function readApp(path: string): App {
  const folder = resolve(path);
  let manifest: PackageJson;
  try {
    manifest = readPackageJson(folder);
  } catch (error) {
    throw new FolderError(
      error instanceof SyntaxError
        ? `${join(folder, 'package.json')} is not JSON: ${error.message}.`
        : `${folder} has no package.json: name the folder of your app.`,
    );
  }
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = manifest;
  const listed = new Set(
    [dependencies, devDependencies, optionalDependencies, peerDependencies].flatMap((names) =>
      Object.keys(names ?? {}),
    ),
  );
  return { folder: realpathSync(folder), manifest, listed };
}

/**
 * Finds the copy of a package that modules of a folder import, as Node does: in `node_modules` of
 * the folder or of the next one above.
 *
 * @returns `null` if it is not installed
 */
export function findInstalled(name: string, from: string): Package | null {
  for (let folder = from; ; folder = dirname(folder)) {
    try {
      const path = realpathSync(join(folder, 'node_modules', name));
      return { folder: path, manifest: readPackageJson(path) };
    } catch {
      if (dirname(folder) === folder) return null;
    }
  }
}

function readPackageJson(folder: string): PackageJson {
  const parsed: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (typeof parsed !== 'object' || parsed === null) throw new SyntaxError('it is not an object');
  return parsed;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGES } from '@latchkey/reference/entry-points';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The package manager of this repository, with its version. */
export const PACKAGE_MANAGER: string = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
).packageManager;

export const PUBLISHED = PACKAGES;

/** The entries that web pages load; all others are for Node. */
const FOR_PAGES: Readonly<Record<string, readonly string[]>> = {
  '@latchkey/react': ['.'],
  '@latchkey/devtools': ['.'],
};

/** The fields of a package.json that the release uses. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, { readonly '@latchkey/source': string }>>;
  readonly publishConfig?: {
    /** The published files of commands, by the names of the commands. */
    readonly bin?: Readonly<Record<string, string>>;
  };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** A package of the workspace that is published. */
export interface Published {
  readonly folder: string;
  readonly manifest: Manifest;
  /**
   * Entry names, such as `./testing`, and their modules, such as `testing/index`: a source file
   * without `src` and extension, and a built file without `dist` and extension.
   */
  readonly entries: Readonly<Record<string, string>>;
}

export const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** Returns the modules that are a package's entries or commands, by what loads them. */
export function modulesOf({ manifest, entries }: Published): {
  readonly forPages: readonly string[];
  readonly forNode: readonly string[];
  readonly commands: readonly string[];
} {
  const modules = (ofPages: boolean) =>
    Object.entries(entries).flatMap(([entry, module]) =>
      (FOR_PAGES[manifest.name] ?? []).includes(entry) === ofPages ? [module] : [],
    );
  const commands = Object.values(manifest.publishConfig?.bin ?? {});
  return {
    forPages: modules(true),
    forNode: modules(false),
    commands: commands.map((file) => file.replace(/^\.\/dist\/|\.js$/g, '')),
  };
}

/** Returns the packages that are published, each after its dependencies. */
export function publishedPackages(): Published[] {
  return PUBLISHED.map((name) => {
    const folder = join(ROOT, 'packages', name);
    const manifest = readManifest(folder);
    const entries = Object.entries(manifest.exports).map(([entry, conditions]) => [
      entry,
      conditions['@latchkey/source'].replace(/^\.\/src\/|\.ts$/g, ''),
    ]);
    return { folder, manifest, entries: Object.fromEntries(entries) };
  });
}

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

/** One published entry point. */
export interface Entry {
  readonly types: string;
  readonly default: string;
}

/** The fields of a package.json that the release uses. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<
    Record<string, Partial<Entry> & { readonly '@latchkey/source'?: string }>
  >;
  readonly publishConfig?: {
    readonly exports: Readonly<Record<string, Entry>>;
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
  /** Entry names, such as `./testing`, and their published files. */
  readonly entries: Readonly<Record<string, Entry>>;
}

export const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/**
 * Returns the built files of a package's entries and commands, separated by whether pages or Node
 * load them.
 */
export function entryFiles({ manifest, entries }: Published): {
  readonly forPages: readonly string[];
  readonly forNode: readonly string[];
} {
  const files = (ofPages: boolean) =>
    Object.entries(entries).flatMap(([entry, built]) =>
      (FOR_PAGES[manifest.name] ?? []).includes(entry) === ofPages ? [built.default] : [],
    );
  const commands = Object.values(manifest.publishConfig?.bin ?? {});
  return { forPages: files(true), forNode: [...files(false), ...commands] };
}

/**
 * Returns the packages that are published.
 *
 * @throws Error when a package has no `publishConfig.exports`
 */
export function publishedPackages(): Published[] {
  return PUBLISHED.map((name) => {
    const folder = join(ROOT, 'packages', name);
    const manifest = readManifest(folder);
    const entries = manifest.publishConfig?.exports;
    if (!entries)
      throw new Error(
        `packages/${name}/package.json has no publishConfig.exports: name there what is published, without "@latchkey/source".`,
      );
    return { folder, manifest, entries };
  });
}

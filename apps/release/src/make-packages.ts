import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { buildPackage } from './build-package.ts';
import { PACKAGE_MANAGER, type Published, publishedPackages, ROOT } from './published.ts';

/** A package as it would be published. */
export interface Packed extends Published {
  readonly tarball: string;
}

/**
 * Builds every package and packs it as `pnpm publish` would: `workspace:` and `catalog:` become
 * version ranges, `publishConfig.exports` become the exports.
 *
 * @param folder for the tarballs; created if missing
 * @throws Error if a package does not compile or cannot be packed
 */
export async function makePackages(folder: string): Promise<Packed[]> {
  const packages = publishedPackages();
  for (const published of packages) await buildPackage(published);
  const pack = ['-r', '--filter', './packages/*', 'pack', '--pack-destination', folder];
  execFileSync('npx', ['-y', '--prefer-offline', PACKAGE_MANAGER, ...pack], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return packages.map((published) => packedIn(folder, published));
}

/** Returns a package whose tarball is in the given folder. */
export function packedIn(folder: string, published: Published): Packed {
  const { name, version } = published.manifest;
  return {
    ...published,
    tarball: join(folder, `${name.slice(1).replace('/', '-')}-${version}.tgz`),
  };
}

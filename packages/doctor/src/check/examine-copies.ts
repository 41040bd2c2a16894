import { relative } from 'node:path';
import type { FindingCollector } from '../finding.ts';
import { type App, findInstalled, type Package } from './project.ts';
import { listed } from './versions.ts';

const CORE = '@latchkey/core';
const TELEMETRY = '@opentelemetry/api';

/** Checks that packages which have to be shared are installed once. */
export function examineCopies(app: App, { warning }: FindingCollector): void {
  const copies = copiesOf(app, [CORE, TELEMETRY]);
  const places = (found: readonly Package[]) =>
    listed(
      found.map(({ folder, manifest }) => `${manifest.version} in ${relative(app.folder, folder)}`),
    );
  const core = copies.get(CORE) ?? [];
  if (core.length > 1)
    warning(
      'core-copies',
      `${CORE} is installed ${core.length} times: ${places(core)}`,
      'the packages are tested with one copy; types of two do not fit together',
      'give all packages of Latchkey the same version, then run npm dedupe',
    );
  const telemetry = copies.get(TELEMETRY) ?? [];
  if (new Set(telemetry.map(({ manifest }) => minorOf(manifest.version))).size > 1)
    warning(
      'opentelemetry-copies',
      `${TELEMETRY} is installed ${telemetry.length} times: ${places(telemetry)}`,
      'a copy does not use an SDK that an older copy registered, so spans of Latchkey can get lost',
      `install one version of ${TELEMETRY} that your SDK accepts, then run npm dedupe`,
    );
}

/** Returns the copies of packages that the app, or what it depends on, would load. */
function copiesOf(app: App, names: readonly string[]): Map<string, Package[]> {
  const copies = new Map<string, Package[]>();
  const seen = new Set([app.folder]);
  const pending: Package[] = [app];
  for (const { folder, manifest } of pending) {
    const { dependencies, optionalDependencies, peerDependencies, devDependencies } = manifest;
    const own = folder === app.folder ? devDependencies : {};
    const all = { ...dependencies, ...optionalDependencies, ...peerDependencies, ...own };
    for (const name of Object.keys(all)) {
      const found = findInstalled(name, folder);
      if (!found || seen.has(found.folder)) continue;
      seen.add(found.folder);
      pending.push(found);
      if (names.includes(name)) copies.set(name, [...(copies.get(name) ?? []), found]);
    }
  }
  return copies;
}

/** Returns the minor version of a copy: copies of the same one use the same SDK. */
function minorOf(version = ''): string {
  return version.split('.', 2).join('.');
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The published packages, each after its dependencies. */
export const PACKAGES = [
  'core',
  'keys',
  'sql',
  'redis',
  'http',
  'trpc',
  'react',
  'devtools',
  'doctor',
] as const;

/** One public entry point of a package, and the page that documents it. */
export interface EntryPoint {
  /** The name by which an adopter imports the entry point: `@latchkey/core/testing`. */
  readonly name: string;
  /** Path of the entry point's source file. */
  readonly source: string;
  /** File name of the entry point's page in `docs/reference`. */
  readonly page: string;
}

/** Returns the published entry points of all packages, each package after its dependencies. */
export function entryPoints(): EntryPoint[] {
  return PACKAGES.flatMap((folder) => {
    const home = join(ROOT, 'packages', folder);
    const { name, exports } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    return Object.keys(exports).map((entry) => ({
      name: name + entry.slice(1),
      source: join(home, exports[entry]['@latchkey/source']),
      page: `${(folder + entry.slice(1)).replaceAll('/', '-')}.md`,
    }));
  });
}

import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** The workspace from which a package is resolved if only that workspace depends on it. */
const HOMES: Readonly<Record<string, string>> = {
  ioredis: '@latchkey/redis',
  kysely: '@latchkey/sql',
};

/**
 * Returns the installed version of a package.
 *
 * @throws Error if it is not installed
 */
export function packageVersion(name: string): string {
  const home = HOMES[name];
  const from =
    home === undefined
      ? import.meta.url
      : (findPackageJSON(home, import.meta.url) ?? import.meta.url);
  const path = findPackageJSON(name, from);
  if (path === undefined) throw new Error(`${name} is not installed`);
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string }).version;
}

import { afterAll } from 'vitest';
import { check } from '../check/check.ts';
import type { Finding } from '../finding.ts';
import { type AppFolder, appFolders } from './app-folder.ts';

/** A Node version that the packages support. */
export const NODE = '24.0.0';

/** Describes an app that lists packages; all of them are installed, in these versions. */
export const having = (versions: Readonly<Record<string, string>>): AppFolder => ({
  manifest: { dependencies: versions },
  installed: Object.fromEntries(
    Object.entries(versions).map(([name, version]) => [name, { version }]),
  ),
});

/** Checks app folders that it writes, and deletes them after the tests of a file. */
export function checkedFolders() {
  const folders = appFolders();
  afterAll(() => folders.remove());
  const checked = (app: AppFolder, nodeVersion = NODE): Finding[] =>
    check({ folder: folders.make(app), nodeVersion });
  return {
    folders,
    checked,
    /** Returns the identifiers of an app's findings. */
    idsOf: (app: AppFolder, nodeVersion = NODE) => checked(app, nodeVersion).map(({ id }) => id),
  };
}

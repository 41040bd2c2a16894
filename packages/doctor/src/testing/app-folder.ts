import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The folder of an app, as a test describes it. */
export interface AppFolder {
  /** The package.json of the app. */
  readonly manifest?: object;
  /** The package.json of each installed package, by its path below `node_modules`. */
  readonly installed?: Readonly<Record<string, object>>;
  /** Other files of the app, by their paths. */
  readonly files?: Readonly<Record<string, string | object>>;
}

/** Creates app folders inside a temporary one, which `remove` deletes. */
export function appFolders() {
  const root = mkdtempSync(join(tmpdir(), 'latchkey-doctor-'));
  let count = 0;
  return {
    /**
     * Writes the folder of an app.
     *
     * @returns its path
     */
    make({ manifest = {}, installed = {}, files = {} }: AppFolder): string {
      const folder = join(root, `app${count++}`);
      const packages = Object.entries(installed).map(([name, own]) => [
        `node_modules/${name}/package.json`,
        own,
      ]);
      for (const [path, content] of [
        ['package.json', manifest],
        ...packages,
        ...Object.entries(files),
      ] as [string, string | object][]) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(
          join(folder, path),
          typeof content === 'string' ? content : JSON.stringify(content),
        );
      }
      return folder;
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

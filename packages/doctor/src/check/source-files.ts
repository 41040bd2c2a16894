import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE = /\.(?:[cm]?[jt]sx?|sql|prisma)$/;
/** Folders of what others wrote, or a tool. */
const SKIPPED = new Set(['node_modules', 'dist', 'build', 'out', 'coverage', 'vendor']);
/** Bounds for a folder that is no app's, such as a home: the check is a help, not a proof. */
const MOST_FILES = 5_000;
const MOST_BYTES = 1_000_000;

/** Returns the paths of an app's source files, at most 5,000, none over 1 MB. */
export function sourceFiles(folder: string): string[] {
  const files: string[] = [];
  const folders = [folder];
  for (const current of folders) {
    for (const entry of entriesOf(current)) {
      const path = join(current, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith('.') && !SKIPPED.has(entry.name))
        folders.push(path);
      else if (entry.isFile() && SOURCE.test(entry.name) && statSync(path).size <= MOST_BYTES)
        files.push(path);
      if (files.length === MOST_FILES) return files;
    }
  }
  return files;
}

/** A folder that cannot be read has no sources of the app. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

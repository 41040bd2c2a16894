import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

const OWNER_ONLY = { folder: 0o700, file: 0o600 };
/** Suffixes of the files that SQLite keeps for a database. */
const COMPANIONS = ['', '-wal', '-shm', '-journal'];

/**
 * Creates a missing database file that its owner alone may read: it holds sessions and sealed keys.
 * Folders created for it are private too; an existing folder keeps its mode. SQLite gives its
 * companion files the mode of the file.
 *
 * @throws Error where the folder cannot be written
 */
export function makePrivateFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: OWNER_ONLY.folder });
  closeSync(openSync(path, 'a', OWNER_ONLY.file));
}

/**
 * Removes the rights of others from the files of an existing database. A file of another owner
 * keeps its mode.
 */
export function tightenFiles(path: string): void {
  for (const companion of COMPANIONS) {
    try {
      chmodSync(`${path}${companion}`, OWNER_ONLY.file);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'EPERM' && code !== 'EROFS') throw error;
    }
  }
}

import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

const OWNER_ONLY = { folder: 0o700, file: 0o600 };
/** What SQLite keeps beside a database. */
const COMPANIONS = ['', '-wal', '-shm', '-journal'];

/**
 * Makes a database file that its owner alone may read, if it is not there: sessions, hashes of
 * passwords and sealed keys are in it. Folders that are made for it are the owner's too; one that
 * is there is left as it is. SQLite gives what it keeps beside the file the mode of the file.
 *
 * @throws Error where the folder cannot be written
 */
export function makePrivateFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: OWNER_ONLY.folder });
  closeSync(openSync(path, 'a', OWNER_ONLY.file));
}

/**
 * Takes from others what they may read of a database that is there already. A file of another owner
 * stays as it is.
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

import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Generates a value for `LATCHKEY_SECRET`: 32 random bytes as base64url. */
export function generateSecret(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');
}

/**
 * Returns the `LATCHKEY_SECRET` of a development machine. It is created on the first start and kept
 * beside the database file, readable only by its owner, so that sessions survive a restart.
 *
 * @throws Error with a one-sentence message if the folder cannot be written
 */
export function developmentSecret(databaseUrl: string): string {
  const folder = databaseUrl.startsWith('file:')
    ? dirname(databaseUrl.slice('file:'.length))
    : '.data';
  const file = join(folder, 'secret');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (existsSync(file)) tighten(file);
    else writeOnce(file, `${generateSecret()}\n`);
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The development secret ${file} cannot be written (${why}). Make the folder writable, or set LATCHKEY_SECRET and DATABASE_URL.`,
      {
        cause: error,
      },
    );
  }
}

/**
 * Restricts the access to a secret's file to its owner. A file of another owner, or on a read-only
 * disk, is left unchanged.
 */
function tighten(file: string): void {
  try {
    chmodSync(file, 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EPERM' && code !== 'EROFS') throw error;
  }
}

/** Creates a file atomically. If two processes start at once, the file of the first one is kept. */
function writeOnce(file: string, text: string): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
}

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

/** 32 random bytes as base64url: what `LATCHKEY_SECRET` wants. */
export function generateSecret(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');
}

/**
 * The secret of a development machine: kept beside the database file and made on the first start,
 * so that sessions survive a restart. Its owner alone may read it.
 *
 * @throws Error in one sentence when the folder cannot be written
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

/** A file of another owner, or on a disk that cannot be written, stays as it is. */
function tighten(file: string): void {
  try {
    chmodSync(file, 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EPERM' && code !== 'EROFS') throw error;
  }
}

/**
 * The file appears whole or not at all, and of two processes that start together the first one's
 * stays.
 */
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

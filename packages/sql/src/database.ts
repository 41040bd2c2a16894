import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreUnavailableError } from '@latchkey/core';
import { Kysely, sql } from 'kysely';
import { migrate } from './migrate.ts';
import { nodeSqliteDialect } from './node-sqlite.ts';
import type { Database } from './schema.ts';

/** An open database, migrated and ready. */
export interface SqlDatabase {
  readonly db: Kysely<Database>;
  /** For people: which database this is. Never contains a password. */
  readonly description: string;
  /** Names of the migrations that ran when it was opened. */
  readonly migrated: readonly string[];
  /** Asks the database anything. @throws StoreUnavailableError */
  check(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the database that a URL names and brings its schema up to date.
 *
 * @param url `file:path/to/it.db` (relative to the working directory) or `memory:`
 * @throws Error in one sentence that says what is wrong and what to do
 */
export async function openDatabase(url: string): Promise<SqlDatabase> {
  const { dialect, description } = open(url);
  const db = new Kysely<Database>({ dialect });
  try {
    const migrated = await migrate(db);
    const check = () => available(async () => void (await sql`select 1`.execute(db)));
    return { db, description, migrated, check, close: () => db.destroy() };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

function open(url: string) {
  if (url === 'memory:') return { dialect: nodeSqliteDialect(':memory:'), description: 'SQLite in memory (gone when the process ends)' };
  if (!url.startsWith('file:') || url.length === 'file:'.length)
    throw new Error(`DATABASE_URL is ${JSON.stringify(url.replace(/\/\/.*@/, '//…@'))}: it must be file:<path> or memory:`);
  const path = url.slice('file:'.length);
  try {
    mkdirSync(dirname(path), { recursive: true });
    return { dialect: nodeSqliteDialect(path), description: `SQLite at ${path}` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`The database file ${path} cannot be opened (${why}). Make its folder writable, or point DATABASE_URL elsewhere.`, { cause: error });
  }
}

/** Runs a query; a database that cannot answer becomes `StoreUnavailableError`, a mistake in the query stays what it is. */
export async function available<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    if (isOutage(error)) throw new StoreUnavailableError('the database cannot answer', { cause: error });
    throw error;
  }
}

/** SQLite's result codes for a file that is busy, locked, full, read-only, out of memory or damaged, or cannot be read, written or opened. */
const SQLITE_OUTAGES = new Set([5, 6, 7, 8, 10, 11, 13, 14, 26]);

function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, errcode } = error as { code?: string; errcode?: number };
  if (code === 'ERR_SQLITE_ERROR' && errcode !== undefined) return SQLITE_OUTAGES.has(errcode & 0xff);
  return code === 'ERR_INVALID_STATE' || /driver has (already )?been destroyed/.test(error.message);
}

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
  const { path, description } = locate(url);
  const { db, migrated } = await whileBusy(OPENING_SECONDS, () => openAndMigrate(path)).catch((error: Error) => {
    throw new Error(`The database file ${path} cannot be opened (${error.message}). Make its folder writable, or point DATABASE_URL elsewhere.`, {
      cause: error,
    });
  });
  const check = () => available(async () => void (await sql`select id from sessions limit 1`.execute(db)));
  return { db, description, migrated, check, close: () => db.destroy() };
}

function locate(url: string): { path: string; description: string } {
  if (url === 'memory:') return { path: ':memory:', description: 'SQLite in memory (gone when the process ends)' };
  const path = url.startsWith('file:') ? url.slice('file:'.length) : '';
  if (path === '') throw new Error(`DATABASE_URL is ${JSON.stringify(url.replace(/\/\/.*@/, '//…@'))}: it must be file:<path> or memory:`);
  return { path, description: `SQLite at ${path}` };
}

async function openAndMigrate(path: string) {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const db = new Kysely<Database>({ dialect: nodeSqliteDialect(path) });
  try {
    return { db, migrated: await migrate(db) };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/** How long opening may wait for another process that is opening the same file. */
const OPENING_SECONDS = 10;
/** How long a query may wait for another process's write before the store counts as out. */
const BUSY_SECONDS = 2;

/** Runs a query; a database that cannot answer becomes `StoreUnavailableError`, a mistake in the query stays what it is. */
export async function available<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await whileBusy(BUSY_SECONDS, query);
  } catch (error) {
    if (isOutage(error)) throw new StoreUnavailableError('the database cannot answer', { cause: error });
    throw error;
  }
}

/** Where another process is writing, waits without holding up this one, and tries again. */
async function whileBusy<T>(seconds: number, attempt: () => Promise<T>): Promise<T> {
  const giveUp = performance.now() + seconds * 1000;
  for (let pause = 2; ; pause = Math.min(pause * 2, 50)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() + pause >= giveUp) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** SQLite's result codes for a file that is busy, locked, full, read-only, out of memory or damaged, or cannot be read, written or opened. */
const SQLITE_OUTAGES = new Set([5, 6, 7, 8, 10, 11, 13, 14, 26]);

function isOutage(error: unknown): boolean {
  const code = sqliteCode(error);
  if (code !== null) return SQLITE_OUTAGES.has(code);
  return error instanceof Error && ('code' in error ? error.code === 'ERR_INVALID_STATE' : /driver has (already )?been destroyed/.test(error.message));
}

/** SQLITE_BUSY or SQLITE_LOCKED: somebody else is writing. */
function isBusy(error: unknown): boolean {
  const code = sqliteCode(error) ?? sqliteCode((error as Error).cause ?? {});
  return code === 5 || code === 6;
}

/** SQLite's primary result code, or `null` for an error of another origin. */
function sqliteCode(error: unknown): number | null {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' ? errcode & 0xff : null;
}

import { StoreUnavailableError } from '@latchkey/core';

/** How many seconds a query may wait for another process's write before the store counts as out. */
const BUSY_SECONDS = 2;

/**
 * Runs a query and turns an outage of the database into `StoreUnavailableError`; a faulty query's
 * error is rethrown unchanged.
 */
export const available = <T>(query: () => Promise<T>): Promise<T> =>
  availableOnce(() => whileBusy(BUSY_SECONDS, query));

/**
 * Turns an outage of the database into `StoreUnavailableError`, without another attempt: the
 * statement is part of a transaction that has failed.
 */
export async function availableOnce<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    if (isOutage(error))
      throw new StoreUnavailableError('the database cannot answer', { cause: error });
    throw error;
  }
}

/**
 * How often opening is tried again after another process has created the same tables. A clash that
 * lasts longer is with something else of that name.
 */
const RACES = 5;

/** Retries an attempt while another process writes, without blocking this process. */
export async function whileBusy<T>(seconds: number, attempt: () => Promise<T>): Promise<T> {
  const giveUp = performance.now() + seconds * 1000;
  let races = 0;
  for (let pause = 2; ; pause = Math.min(pause * 2, 50)) {
    try {
      return await attempt();
    } catch (error) {
      const retries = isBusy(error) || (isRace(error) && races++ < RACES);
      if (!retries || performance.now() + pause >= giveUp) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/**
 * SQLite's result codes for a file that is busy, locked, full, read-only, out of memory or damaged,
 * or cannot be read, written or opened.
 */
const SQLITE_OUTAGES = new Set([5, 6, 7, 8, 10, 11, 13, 14, 26]);

/**
 * SQLSTATE codes of an outage: the classes connection, authorization, resources, operator
 * intervention and system error; and those of a transaction that may be tried again.
 */
const POSTGRES_OUTAGE = /^(08|28|53|57|58)|^(25006|25P03)$/;
const POSTGRES_RETRY = /^(40001|40P01)$/;
/** SQLSTATE codes that occur when two processes create the same tables at the same moment. */
const POSTGRES_RACE = /^(23505|42P07|42710)$/;
const NETWORK = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_)/;
/** The messages of `pg` for an outage that has no code. */
const POSTGRES_WORDS =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout|not queryable|Client was closed|pool after calling end/;

function isOutage(error: unknown): boolean {
  const sqlite = sqliteCode(error);
  if (sqlite !== null) return SQLITE_OUTAGES.has(sqlite);
  if (error instanceof AggregateError) return error.errors.some(isOutage);
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  return (
    POSTGRES_OUTAGE.test(code) ||
    POSTGRES_RETRY.test(code) ||
    NETWORK.test(code) ||
    code === 'ERR_INVALID_STATE' ||
    POSTGRES_WORDS.test(error.message) ||
    /driver has (already )?been destroyed/.test(error.message)
  );
}

/** Whether another transaction has the lock, which it will release soon. */
function isBusy(error: unknown): boolean {
  const { cause } = error as { cause?: unknown };
  const code = sqliteCode(error) ?? sqliteCode(cause);
  if (code !== null) return code === 5 || code === 6;
  return POSTGRES_RETRY.test(codeOf(error)) || POSTGRES_RETRY.test(codeOf(cause));
}

/** Whether another process has created the same tables while this one migrated. */
const isRace = (error: unknown): boolean =>
  POSTGRES_RACE.test(codeOf((error as { cause?: unknown }).cause));

/** SQLite's result codes by name, as other drivers under a Kysely instance report them. */
const SQLITE_NAMES: readonly (readonly [name: string, code: number])[] = [
  ['SQLITE_BUSY', 5],
  ['SQLITE_LOCKED', 6],
  ['SQLITE_NOMEM', 7],
  ['SQLITE_READONLY', 8],
  ['SQLITE_IOERR', 10],
  ['SQLITE_CORRUPT', 11],
  ['SQLITE_FULL', 13],
  ['SQLITE_CANTOPEN', 14],
  ['SQLITE_NOTADB', 26],
];

/** Returns SQLite's primary result code; `null` for an error of another origin. */
function sqliteCode(error: unknown): number | null {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  if (typeof code !== 'string') return null;
  if (code === 'ERR_SQLITE_ERROR') return typeof errcode === 'number' ? errcode & 0xff : null;
  return SQLITE_NAMES.find(([name]) => code.startsWith(name))?.[1] ?? null;
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

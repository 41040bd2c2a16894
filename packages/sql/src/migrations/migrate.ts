import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Database } from '../connection/tables.ts';
import type { SqlKind } from '../database.ts';
import { createSessionsAndUsers } from './001-sessions-and-users.ts';
import { createAuditAndOperations } from './002-audit-and-operations.ts';
import { createKeys } from './003-keys.ts';
import { createRevocationFeed } from './004-revocation-feed.ts';
import { addAuthenticatedAt } from './005-authenticated-at.ts';
import { createCounters } from './006-counters.ts';
import { createSessionReceipts } from './007-session-receipts.ts';
import { indexAdminLists } from './008-admin-lists.ts';
import { indexSessionPages } from './009-session-pages.ts';

/** Every migration there is, in order. Forward only: one that has landed is never edited. */
export const migrations = (kind: SqlKind): Record<string, Migration> => ({
  '001-sessions-and-users': createSessionsAndUsers,
  '002-audit-and-operations': createAuditAndOperations(kind),
  '003-keys': createKeys,
  '004-revocation-feed': createRevocationFeed(kind),
  '005-authenticated-at': addAuthenticatedAt,
  '006-counters': createCounters,
  '007-session-receipts': createSessionReceipts,
  '008-admin-lists': indexAdminLists,
  '009-session-pages': indexSessionPages,
});

/** The database was migrated by a newer program, and nothing was done. */
export class NewerSchemaError extends Error {
  override readonly name = 'NewerSchemaError';
  constructor(migration: string) {
    super(`its schema is newer than this program: it has ${migration}`);
  }
}

/**
 * Runs what has not run yet, all of it or nothing, and records it in the database. Processes that
 * start together wait for each other.
 *
 * @returns the names of the migrations that ran
 * @throws Error naming the migration that failed, with the driver's error as its cause; the
 *   database is as it was
 */
export async function migrate(db: Kysely<Database>, kind: SqlKind): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations(kind) } });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error) {
    const newer = /previously executed migration (\S+) is missing/.exec(reasonOf(error))?.[1];
    if (newer) throw new NewerSchemaError(newer);
    const failed = results.find((result) => result.status === 'Error')?.migrationName;
    throw new Error(`${failed ? `migration ${failed} failed: ` : ''}${reasonOf(error)}`, {
      cause: error,
    });
  }
  return results.map((result) => result.migrationName);
}

/** Refused connections come as one error per address, with no message of their own. */
function reasonOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(error);
}

import { sql } from 'kysely';
import type { AppDatabase } from '../../services/app-database.ts';

/**
 * Counts all users, or those who are disabled; counting stops at `atMost`.
 *
 * @throws StoreUnavailableError
 */
export function countUsers(
  { run }: Pick<AppDatabase, 'run'>,
  atMost: number,
  which: 'all' | 'disabled',
): Promise<number> {
  return run(async (db) => {
    let some = db.selectFrom('app_users').select('id').limit(atMost);
    // Written as a literal, because only then SQLite uses the index of disabled users.
    if (which === 'disabled') some = some.where(sql<boolean>`disabled = 1`);
    const row = await db
      .selectFrom(some.as('counted'))
      .select(({ fn }) => fn.countAll().as('count'))
      .executeTakeFirst();
    return Number(row?.count ?? 0);
  });
}

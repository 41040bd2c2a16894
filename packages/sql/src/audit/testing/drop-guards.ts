import { sql } from 'kysely';
import type { SqlDatabase } from '../../database.ts';

/** Drops the triggers that make the log append-only, as an attacker with full access could. */
export async function dropGuards({ db, kind }: Pick<SqlDatabase, 'db' | 'kind'>): Promise<void> {
  const isSqlite = kind === 'sqlite';
  const triggers = isSqlite
    ? ['unsealed', 'no_delete', 'no_update']
    : ['append_only', 'no_truncate'];
  for (const trigger of triggers)
    await sql
      .raw(
        `drop trigger if exists latchkey_audit_events_${trigger}${isSqlite ? '' : ' on latchkey_audit_events'}`,
      )
      .execute(db);
}

import type { Pool } from 'pg';

/** The bridge's record of one old session. */
export interface BridgedSession {
  readonly oldId: string;
  /** Ids of the Latchkey sessions that came from the old session. */
  readonly sessionIds: readonly string[];
}

/**
 * Opens the bridge's only table, which has a row for each old session that has been moved. The row
 * outlives the old session, so that it cannot be moved again. Each change is one statement on one
 * row. Times are milliseconds since the epoch. Drop the table with step 2.
 */
export async function bridgedSessions(pool: Pool) {
  await pool.query(`
    create table if not exists bridged_sessions (old_id text primary key, session_ids text[] not null, held_at bigint, ended_at bigint);
    create index if not exists bridged_sessions_by_new on bridged_sessions using gin (session_ids);
  `);
  const one = async (sql: string, values: unknown[]) =>
    (
      await pool.query<{
        oldId: string;
        sessionIds: string[];
        heldAt: string | null;
        endedAt: string | null;
      }>(sql, values)
    ).rows[0];
  const ROW =
    'old_id as "oldId", session_ids as "sessionIds", held_at as "heldAt", ended_at as "endedAt"';

  return {
    /**
     * Returns the state of an old session. `late`: it has not ended, but its browser has held the
     * new one since before `heldBefore`.
     */
    async standing(oldId: string, heldBefore: number): Promise<'open' | 'late' | 'ended'> {
      const row = await one(`select ${ROW} from bridged_sessions where old_id = $1`, [oldId]);
      if (row && row.endedAt !== null) return 'ended';
      return row && row.heldAt !== null && Number(row.heldAt) <= heldBefore ? 'late' : 'open';
    },

    /**
     * Records a session that came from an old one.
     *
     * @returns false if the old one has ended
     */
    add: async (oldId: string, sessionId: string): Promise<boolean> =>
      (await one(
        `insert into bridged_sessions values ($1, array[$2]) on conflict (old_id) do update
           set session_ids = array(select distinct unnest(bridged_sessions.session_ids || excluded.session_ids)) where bridged_sessions.ended_at is null returning ${ROW}`,
        [oldId, sessionId],
      )) !== undefined,

    /**
     * Records that the browser has presented a session that came from the old one.
     *
     * @returns when it first did; null for a session that did not come from the old one
     */
    async hold(oldId: string, sessionId: string, now: number): Promise<number | null> {
      const sql = `update bridged_sessions set held_at = coalesce(held_at, $3) where old_id = $1 and session_ids @> array[$2] returning ${ROW}`;
      const row = await one(sql, [oldId, sessionId, now]);
      return row ? Number(row.heldAt) : null;
    },

    /**
     * Ends an old session permanently.
     *
     * @returns the sessions that came from it
     */
    async end(oldId: string, now: number): Promise<BridgedSession> {
      const sql = `insert into bridged_sessions values ($1, '{}', null, $2) on conflict (old_id) do update set ended_at = excluded.ended_at returning ${ROW}`;
      return (await one(sql, [oldId, now])) ?? { oldId, sessionIds: [] };
    },

    /**
     * Ends the old session from which a new one came.
     *
     * @returns the old session; null for all callers but the first
     */
    endByNew: async (sessionId: string, now: number): Promise<BridgedSession | null> =>
      (await one(
        `update bridged_sessions set ended_at = $2 where session_ids @> array[$1] and ended_at is null returning ${ROW}`,
        [sessionId, now],
      )) ?? null,
  };
}

export type BridgedSessions = Awaited<ReturnType<typeof bridgedSessions>>;

import { setImmediate } from 'node:timers/promises';
import type { AuditRetention } from '@latchkey/sql';
import { sql } from 'kysely';
import type { AppDatabase } from '../../services/app-database.ts';

/** Keeps the numbers of audit events by hour, which the overview adds up. */
export interface KeptCounts {
  /**
   * Counts the events of every seal that is not counted yet, in small steps. Several nodes may do
   * so at once.
   *
   * @throws StoreUnavailableError
   */
  keepUp(): Promise<void>;
}

/** Reads up to which seal all events are counted. */
export const cursorOf = ({ run }: Pick<AppDatabase, 'run'>): Promise<number> =>
  run(async (db) => {
    const row = await db.selectFrom('app_audit_counts_cursor').select('seal').executeTakeFirst();
    return Number(row?.seal ?? 0);
  });

/** The most events in one step, except those of one seal. */
const EVENTS_AT_ONCE = 1_000;
const SEALS_AT_ONCE = 100;

/**
 * Counts by seal: seals are numbered in the order of their commits, and an event gets its seal once,
 * so each event is counted exactly once. Ids of events would not do: on PostgreSQL they become
 * visible in another order than they were drawn.
 */
export function keptCounts({
  run,
  transaction,
}: Pick<AppDatabase, 'run' | 'transaction'>): KeptCounts {
  /** Returns the seals of the next step: their last one; null if every seal is counted. */
  const nextAfter = (counted: number) =>
    run(async (db) => {
      const seals = await db
        .selectFrom('latchkey_audit_seals')
        .select(['id', 'events'])
        .where('id', '>', counted)
        .orderBy('id')
        .limit(SEALS_AT_ONCE)
        .execute();
      let [events, last] = [0, null as number | null];
      for (const seal of seals) {
        events += Number(seal.events);
        if (last !== null && events > EVENTS_AT_ONCE) break;
        last = Number(seal.id);
      }
      return last;
    });

  const countUpTo = (counted: number, last: number) =>
    transaction(() =>
      run(async (db) => {
        const { numUpdatedRows } = await db
          .updateTable('app_audit_counts_cursor')
          .set({ seal: last })
          .where('seal', '=', counted)
          .executeTakeFirst();
        /** Another node has counted these seals meanwhile. */
        if (Number(numUpdatedRows) === 0) return;
        await sql`
          insert into app_audit_counts (hour, kind, reason, count)
          select at / 3600000, kind, coalesce(reason, ''), count(*) from latchkey_audit_events
          where sealed_in > ${counted} and sealed_in <= ${last}
          group by 1, 2, 3
          on conflict (hour, kind, reason) do update set count = app_audit_counts.count + excluded.count
        `.execute(db);
      }),
    );

  return {
    async keepUp() {
      for (;;) {
        const counted = await cursorOf({ run });
        const last = await nextAfter(counted);
        if (last === null) return;
        await countUpTo(counted, last);
        await setImmediate();
      }
    },
  };
}

/** Wraps the retention so that events are counted before they are removed. */
export const countedFirst = (counts: KeptCounts, retention: AuditRetention): AuditRetention => ({
  async prune(options) {
    await counts.keepUp();
    return retention.prune(options);
  },
});

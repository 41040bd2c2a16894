import { setImmediate } from 'node:timers/promises';
import type { AuditKeyRing } from '@latchkey/core';
import { inChunks } from '../connection/in-chunks.ts';
import type { SqlDatabase } from '../database.ts';
import {
  type AuditRemoval,
  chainStart,
  faultOfRemovals,
  removalOf,
  removalRows,
} from './audit-removals.ts';
import { sealBatch } from './audit-seal.ts';
import { eventsOf, faultOfSeal, linesOf, sealsAfter } from './sealed-events.ts';

/**
 * A seal of the audit log. An operator who keeps its hash elsewhere (the server logs it) can later
 * prove that nothing up to it is missing.
 */
export interface Seal {
  readonly id: number;
  readonly events: number;
  readonly hash: string;
}

/**
 * The result of verifying the seals: all of them hold, or the first one that does not, with the
 * reason.
 */
export type AuditVerdict =
  | {
      readonly kind: 'intact';
      readonly seals: number;
      readonly events: number;
      readonly unsealed: number;
      readonly hash: string | null;
      /** What retention has removed from the beginning of the log, the oldest removal first. */
      readonly removals: readonly AuditRemoval[];
      /** The number of events whose removal is recorded, but which are not deleted yet. */
      readonly removing: number;
    }
  | { readonly kind: 'broken'; readonly seal: number; readonly why: string };

/** Seals the audit log, so that a changed, removed or inserted event is detected (ASVS 16.4.2). */
export interface AuditSeals {
  /**
   * Seals up to `limit` events that are not sealed yet: one hash over them and over the seal
   * before. Appending never waits for it.
   *
   * @returns `null` if there was no event to seal
   */
  seal(now: number, limit: number): Promise<Seal | null>;
  /**
   * Recomputes every seal of the audit log and compares. Events that retention removes are not part
   * of the log any more; the record of their removal is verified instead.
   *
   * @param hash of an earlier seal, which must be in the chain: only this detects that seals were
   *   cut off at the end
   * @param onProgress receives the number of valid seals so far
   */
  verify(hash?: string, onProgress?: (seals: number) => void): Promise<AuditVerdict>;
}

const SEALS_AT_ONCE = 100;

/**
 * Creates the seals over the audit log in SQL.
 *
 * @param keys the first one seals, all of them verify
 * @example
 * import { deriveAuditKeys } from '@latchkey/core';
 * import { sqlAuditSeals } from '@latchkey/sql';
 *
 * const seals = sqlAuditSeals(database, deriveAuditKeys([secret]));
 * await seals.seal(clock.now(), 1_000);
 * const verdict = await seals.verify();
 * if (verdict.kind === 'broken') console.error(`seal ${verdict.seal}: ${verdict.why}`);
 */
export function sqlAuditSeals(
  database: Pick<SqlDatabase, 'run' | 'transaction'>,
  keys: AuditKeyRing,
): AuditSeals {
  const { run, transaction } = database;
  /** Counts the events that claim a seal after this one, or up to it. */
  const countSealed = (comparison: '>' | '<=', seal: number) =>
    run(async (db) => {
      const { n } = await db
        .selectFrom('latchkey_audit_events')
        .select((select) => select.fn.countAll<number>().as('n'))
        .where('sealed_in', comparison, seal)
        .executeTakeFirstOrThrow();
      return Number(n);
    });
  const countUnsealed = () =>
    run(async (db) => {
      const { n } = await db
        .selectFrom('latchkey_audit_events')
        .select((select) => select.fn.countAll<number>().as('n'))
        .where('sealed_in', 'is', null)
        .executeTakeFirstOrThrow();
      return Number(n);
    });

  async function verify(
    wanted: string | undefined,
    onProgress: (seals: number) => void,
  ): Promise<AuditVerdict> {
    const removed = await removalRows(database);
    const fault = faultOfRemovals(keys, removed);
    if (fault) return { kind: 'broken', ...fault };
    const start = chainStart(removed);
    let last = start;
    let events = 0;
    let seen = wanted === undefined || wanted === start.hash;
    const broken = (why: string): AuditVerdict => ({ kind: 'broken', seal: last.id + 1, why });
    for (
      let page = await sealsAfter(database, last.id, SEALS_AT_ONCE);
      page.length > 0;
      page = await sealsAfter(database, last.id, SEALS_AT_ONCE)
    ) {
      for (const seal of page) {
        const why = await faultOfSeal(database, keys, seal, last);
        if (why !== null) return broken(why);
        events += seal.events;
        seen ||= seal.hash === wanted;
        last = seal;
      }
      onProgress(last.id);
      await setImmediate();
    }
    if (last === start && start.id > 0)
      return broken('the seal is missing: retention never removes the newest one');
    if (!seen)
      return broken(
        `no seal has the hash that was given: seals at the end are missing, or it is not of this log${start.id > 0 ? `, or its seal is one of the ${start.id} that retention has removed` : ''}`,
      );
    const claimed = await countSealed('>', start.id);
    /** The events of seals that were made meanwhile; the next verification covers them. */
    const later = (await sealsAfter(database, last.id, SEALS_AT_ONCE)).reduce(
      (sum, seal) => sum + seal.events,
      0,
    );
    if (claimed - events - later > 0)
      return broken(`${claimed - events - later} events claim a seal that does not exist`);
    /** Deleting takes the events first, then their seal. */
    const [oldest] = await sealsAfter(database, 0, 1);
    const removing = start.id === 0 ? 0 : await countSealed('<=', start.id);
    if (removing > 0 && oldest && oldest.id > start.id)
      return broken(`${removing} events claim a seal that was removed`);
    return {
      kind: 'intact',
      seals: last.id - start.id,
      events,
      unsealed: await countUnsealed(),
      hash: last.hash || null,
      removals: removed.map(removalOf),
      removing,
    };
  }

  return {
    seal: (now, limit) =>
      transaction(async () => {
        const last = await run((db) =>
          db
            .selectFrom('latchkey_audit_seals')
            .select(['id', 'hash'])
            .orderBy('id', 'desc')
            .limit(1)
            .executeTakeFirst(),
        );
        const rows = await eventsOf(database, null, limit);
        if (rows.length === 0) return null;
        const { keyId, hash } = sealBatch(keys, last?.hash ?? '', linesOf(now, rows));
        const seal = { id: Number(last?.id ?? 0) + 1, events: rows.length, hash };
        await run(async (db) => {
          await db
            .insertInto('latchkey_audit_seals')
            .values({ ...seal, sealed_at: now, key_id: keyId })
            .execute();
          const ids = rows.map(({ id }) => id);
          await inChunks(ids, (chunk) =>
            db
              .updateTable('latchkey_audit_events')
              .set({ sealed_in: seal.id })
              .where('id', 'in', chunk)
              .execute(),
          );
        });
        return seal;
      }),

    async verify(wanted, onProgress = () => {}) {
      const before = await removalRows(database);
      const verdict = await verify(wanted, onProgress);
      /** A removal that began meanwhile may have taken seals that were about to be read. */
      return verdict.kind === 'broken' && (await removalRows(database)).length > before.length
        ? verify(wanted, onProgress)
        : verdict;
    },
  };
}

import { setImmediate } from 'node:timers/promises';
import type { AuditKeyRing } from '@latchkey/core';
import type { Selectable } from 'kysely';
import { inChunks } from '../connection/in-chunks.ts';
import {
  AUDIT_COLUMNS,
  type AuditEventsTable,
  type AuditSealsTable,
} from '../connection/tables.ts';
import type { SqlDatabase } from '../database.ts';
import { sealBatch, sealHolds } from './audit-seal.ts';

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
   * Recomputes every seal of the audit log and compares.
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
  { run, transaction }: Pick<SqlDatabase, 'run' | 'transaction'>,
  keys: AuditKeyRing,
): AuditSeals {
  const eventsOf = (seal: number | null, limit: number) =>
    run(async (db) => {
      const rows = await db
        .selectFrom('latchkey_audit_events')
        .select(AUDIT_COLUMNS)
        .where('sealed_in', seal === null ? 'is' : '=', seal)
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...row, id: Number(row.id), at: Number(row.at) }));
    });
  const sealsAfter = (id: number) =>
    run(async (db) => {
      const rows = await db
        .selectFrom('latchkey_audit_seals')
        .select(['id', 'sealed_at', 'events', 'key_id', 'hash'])
        .where('id', '>', id)
        .orderBy('id')
        .limit(SEALS_AT_ONCE)
        .execute();
      return rows.map((row) => ({
        id: Number(row.id),
        sealed_at: Number(row.sealed_at),
        events: Number(row.events),
        key_id: Number(row.key_id),
        hash: row.hash,
      }));
    });
  const count = (sealed: boolean) =>
    run(async (db) => {
      const { n } = await db
        .selectFrom('latchkey_audit_events')
        .select((select) => select.fn.countAll<number>().as('n'))
        .where('sealed_in', sealed ? 'is not' : 'is', null)
        .executeTakeFirstOrThrow();
      return Number(n);
    });

  /** Returns why a seal is invalid; `null` for a valid one. */
  async function faultOf(
    seal: Selectable<AuditSealsTable>,
    previous: string,
  ): Promise<string | null> {
    const rows = await eventsOf(seal.id, seal.events + 1);
    if (rows.length !== seal.events)
      return `it covers ${seal.events} events, but ${rows.length > seal.events ? 'more' : rows.length} exist`;
    if (!keys.auditVerifying.some(({ id }) => id === seal.key_id))
      return 'it was made under a key that is not given: put the LATCHKEY_SECRET of that time behind the present one';
    return sealHolds(keys, seal.key_id, previous, linesOf(seal.sealed_at, rows), seal.hash)
      ? null
      : 'its hash does not match: an event or the seal was changed';
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
        const rows = await eventsOf(null, limit);
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
      let last = { id: 0, hash: '' };
      let events = 0;
      let seen = wanted === undefined;
      const broken = (why: string): AuditVerdict => ({ kind: 'broken', seal: last.id + 1, why });
      for (let page = await sealsAfter(0); page.length > 0; page = await sealsAfter(last.id)) {
        for (const seal of page) {
          const why =
            seal.id === last.id + 1 ? await faultOf(seal, last.hash) : 'the seal is missing';
          if (why !== null) return broken(why);
          events += seal.events;
          seen ||= seal.hash === wanted;
          last = seal;
        }
        onProgress(last.id);
        await setImmediate();
      }
      if (!seen)
        return broken(
          'no seal has the hash that was given: seals at the end are missing, or it is not of this log',
        );
      const claimed = await count(true);
      /** The events of seals that were made meanwhile; the next verification covers them. */
      const later = (await sealsAfter(last.id)).reduce((sum, seal) => sum + seal.events, 0);
      if (claimed - events - later > 0)
        return broken(`${claimed - events - later} events claim a seal that does not exist`);
      return {
        kind: 'intact',
        seals: last.id,
        events,
        unsealed: await count(false),
        hash: last.hash || null,
      };
    },
  };
}

/**
 * Returns the lines that a seal covers: the instant of sealing, then every column of each event in
 * one fixed order.
 */
function linesOf(sealedAt: number, rows: readonly Selectable<AuditEventsTable>[]): string[] {
  const lines = rows.map(
    ({ id, at, kind, actor_id, user_id, session_id, reason, ip_address, user_agent, details }) =>
      JSON.stringify([
        id,
        at,
        kind,
        actor_id,
        user_id,
        session_id,
        reason,
        ip_address,
        user_agent,
        details,
      ]),
  );
  return [String(sealedAt), ...lines];
}

import { type AuditKey, sealBatch, sealHolds } from '@latchkey/core';
import type { Selectable } from 'kysely';
import type { SqlDatabase } from './database.ts';
import type { AuditEventsTable } from './schema.ts';

/** What a sealing came to. Whoever keeps the hash elsewhere (the server logs it) can later prove that nothing up to it is missing. */
export interface Seal {
  readonly id: number;
  readonly events: number;
  readonly hash: string;
}

export type AuditVerdict =
  | { readonly kind: 'intact'; readonly seals: number; readonly events: number; readonly unsealed: number; readonly hash: string | null }
  | { readonly kind: 'broken'; readonly seal: number; readonly why: string };

export interface AuditSeals {
  /**
   * Seals up to `limit` events that are not sealed yet: one hash over them and over the seal before. Appending never waits for it.
   *
   * @returns `null` when there was nothing to seal
   */
  seal(now: number, limit: number): Promise<Seal | null>;
  /**
   * Goes through every seal and compares.
   *
   * @param hash one that was seen earlier and must be in the chain: without it, seals cut off at the end would not be missed
   */
  verify(hash?: string, onProgress?: (done: number, all: number) => void): Promise<AuditVerdict>;
}

/** @param keys the first one seals, all of them verify */
export function sqlAuditSeals({ run, transaction }: Pick<SqlDatabase, 'run' | 'transaction'>, keys: readonly AuditKey[]): AuditSeals {
  return {
    seal: (now, limit) =>
      transaction(() =>
        run(async (db) => {
          const last = await db.selectFrom('audit_seals').select(['id', 'hash']).orderBy('id', 'desc').limit(1).executeTakeFirst();
          const rows = await db.selectFrom('audit_events').selectAll().where('sealed_in', 'is', null).orderBy('id').limit(limit).execute();
          if (rows.length === 0) return null;
          const { keyId, hash } = sealBatch(keys, last?.hash ?? '', rows.map(lineOf));
          const seal = { id: (last?.id ?? 0) + 1, events: rows.length, hash };
          await db
            .insertInto('audit_seals')
            .values({ ...seal, sealed_at: now, key_id: keyId })
            .execute();
          await db
            .updateTable('audit_events')
            .set({ sealed_in: seal.id })
            .where(
              'id',
              'in',
              rows.map(({ id }) => id),
            )
            .execute();
          return seal;
        }),
      ),

    verify: (wanted, onProgress = () => {}) =>
      run(async (db) => {
        const seals = await db.selectFrom('audit_seals').selectAll().orderBy('id').execute();
        let previous = '';
        let events = 0;
        let seen = wanted === undefined;
        for (const [index, seal] of seals.entries()) {
          if (seal.id !== index + 1) return { kind: 'broken', seal: index + 1, why: 'the seal is missing' };
          const rows = await db.selectFrom('audit_events').selectAll().where('sealed_in', '=', seal.id).orderBy('id').execute();
          if (rows.length !== seal.events) return { kind: 'broken', seal: seal.id, why: `it covers ${seal.events} events, and ${rows.length} are there` };
          if (!sealHolds(keys, seal.key_id, previous, rows.map(lineOf), seal.hash))
            return { kind: 'broken', seal: seal.id, why: 'its hash does not match: an event was changed, or it was sealed under a secret that is not given' };
          onProgress(index + 1, seals.length);
          previous = seal.hash;
          events += rows.length;
          seen ||= seal.hash === wanted;
        }
        if (!seen)
          return { kind: 'broken', seal: seals.length + 1, why: 'no seal has the hash that was given: seals at the end are missing, or it is not of this log' };
        const { unsealed } = await db
          .selectFrom('audit_events')
          .select((select) => select.fn.countAll<number>().as('unsealed'))
          .where('sealed_in', 'is', null)
          .executeTakeFirstOrThrow();
        return { kind: 'intact', seals: seals.length, events, unsealed: Number(unsealed), hash: previous || null };
      }),
  };
}

/** Everything that was written, in one fixed order. */
function lineOf(row: Selectable<AuditEventsTable>): string {
  const { id, at, kind, actor_id, user_id, session_id, reason, ip_address, user_agent, details } = row;
  return JSON.stringify([id, at, kind, actor_id, user_id, session_id, reason, ip_address, user_agent, details]);
}

import {
  type Actor,
  type AuditKeyRing,
  type Clock,
  inPacedSteps,
  type StepOptions,
} from '@latchkey/core';
import type { SqlDatabase } from '../database.ts';
import { sqlAuditLog } from './audit-log.ts';
import { chainStart, faultOfRemovals, nextRemoval, removalRows } from './audit-removals.ts';
import { faultOfSeal, type SealRow, sealsAfter } from './sealed-events.ts';

/** How audit events are removed. */
export interface AuditPruneOptions extends StepOptions {
  /** Removes events whose seals were made before this instant, in milliseconds since the epoch. */
  readonly before: number;
  /** Who removes, for the record and the event `audit.pruned`. */
  readonly actor: Actor;
  /** Called between two steps with the number of events deleted so far; false ends the removal. */
  readonly goOn?: ((deleted: number) => boolean | Promise<boolean>) | undefined;
}

/**
 * The result of a removal: how many events were deleted, or the seal at which the log is broken.
 * From there on nothing is removed: it is evidence.
 */
export type AuditPruning =
  | { readonly kind: 'pruned'; readonly deleted: number }
  | {
      readonly kind: 'broken';
      readonly deleted: number;
      readonly seal: number;
      readonly why: string;
    };

/** Removes old events from the append-only audit log. */
export interface AuditRetention {
  /**
   * Removes the events of all seals that were made before an instant, except the newest seal. Each
   * seal is verified first; then the removal is recorded under the key of the seals, together with
   * an event `audit.pruned`; only then does the database let the events be deleted, in small steps.
   * A removal that was interrupted is finished by the next call. Several nodes may call it at once.
   *
   * @throws StoreUnavailableError
   */
  prune(options: AuditPruneOptions): Promise<AuditPruning>;
}

/** The most seals, and about the most events, under one record. */
const MOST_SEALS = 10_000;
const MOST_EVENTS = 100_000;

/**
 * Creates the retention of the audit log in SQL.
 *
 * @param keys the first one makes the records of removals, all verify
 * @example
 * import { deriveAuditKeys, SYSTEM, systemClock } from '@latchkey/core';
 * import { sqlAuditRetention } from '@latchkey/sql';
 *
 * const retention = sqlAuditRetention(database, deriveAuditKeys([secret]), systemClock);
 * const year = 365 * 86_400_000;
 * await retention.prune({ before: systemClock.now() - year, actor: SYSTEM });
 */
export function sqlAuditRetention(
  database: Pick<SqlDatabase, 'run' | 'transaction' | 'afterCommit'>,
  keys: AuditKeyRing,
  clock: Clock,
): AuditRetention {
  const { run, transaction } = database;
  const log = sqlAuditLog(database);

  /** Deletes up to `limit` events of removed seals; null if none is left. */
  const deleteRemoved = (lastSeal: number, limit: number): Promise<number | null> =>
    transaction(async () => {
      const [seal] = await sealsAfter(database, 0, 1);
      if (!seal || seal.id > lastSeal) return null;
      return run(async (db) => {
        const events = db
          .selectFrom('latchkey_audit_events')
          .select('id')
          .where('sealed_in', '=', seal.id)
          .orderBy('id')
          .limit(limit);
        const { numDeletedRows } = await db
          .deleteFrom('latchkey_audit_events')
          .where('id', 'in', events)
          .executeTakeFirst();
        /** Another node may be deleting events of the same seal. */
        await db
          .deleteFrom('latchkey_audit_seals')
          .where('id', '=', seal.id)
          .where((where) =>
            where.not(
              where.exists(
                db
                  .selectFrom('latchkey_audit_events')
                  .select('id')
                  .where('sealed_in', '=', seal.id),
              ),
            ),
          )
          .execute();
        return Number(numDeletedRows);
      });
    });

  return {
    async prune({ before, actor, goOn = () => true, ...options }) {
      let deleted = 0;
      let mayGoOn = true;
      const isEnding = () => !mayGoOn || options.signal?.aborted === true;
      const askToGoOn = async () => {
        mayGoOn = await goOn(deleted);
        return mayGoOn;
      };

      /** Deletes what was recorded as removed, here or by a call that was interrupted. */
      const finish = (lastSeal: number) =>
        inPacedSteps(async (limit) => {
          const step = await deleteRemoved(lastSeal, limit);
          deleted += step ?? 0;
          return step !== null && (await askToGoOn());
        }, options);

      while (!isEnding()) {
        const removed = await removalRows(database);
        const fault = faultOfRemovals(keys, removed);
        if (fault) return { kind: 'broken', deleted, ...fault };
        await finish(chainStart(removed).id);
        if (isEnding()) break;

        const seals: SealRow[] = [];
        let events = 0;
        let why: string | null = null;
        await inPacedSteps(async () => {
          const last = seals.at(-1) ?? chainStart(removed);
          const [seal, newer] = await sealsAfter(database, last.id, 2);
          if (!seal || !newer || seal.sealed_at >= before) return false;
          why = await faultOfSeal(database, keys, seal, last);
          if (why !== null) return false;
          seals.push(seal);
          events += seal.events;
          return seals.length < MOST_SEALS && events < MOST_EVENTS && (await askToGoOn());
        }, options);
        if (why !== null) {
          const last = seals.at(-1) ?? chainStart(removed);
          return { kind: 'broken', deleted, seal: last.id + 1, why };
        }
        if (seals.length === 0 || isEnding()) break;

        const at = clock.now();
        const by = actor.userId ?? actor.userAgent ?? 'system';
        const row = nextRemoval(keys, removed, seals, { at, by });
        await transaction(async () => {
          const { numInsertedOrUpdatedRows } = await run((db) =>
            db
              .insertInto('latchkey_audit_removals')
              .values(row)
              .onConflict((conflict) => conflict.column('id').doNothing())
              .executeTakeFirst(),
          );
          /** Another node has recorded a removal meanwhile: the next round finishes that one. */
          if (Number(numInsertedOrUpdatedRows) === 0) return;
          const { userId: actorId, userAgent, ipAddress } = actor;
          const base = { at, actorId, userId: null, sessionId: null, userAgent, ipAddress };
          const details = {
            firstSeal: row.first_seal,
            lastSeal: row.last_seal,
            sealedUntil: row.last_sealed_at,
            events: row.events,
          };
          await log.append([{ ...base, kind: 'audit.pruned', ...details }]);
        });
      }
      return { kind: 'pruned', deleted };
    },
  };
}

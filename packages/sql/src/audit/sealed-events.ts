import type { AuditKeyRing } from '@latchkey/core';
import type { Selectable } from 'kysely';
import {
  AUDIT_COLUMNS,
  type AuditEventsTable,
  type AuditSealsTable,
} from '../connection/tables.ts';
import type { SqlDatabase } from '../database.ts';
import { sealHolds } from './audit-seal.ts';

type Run = Pick<SqlDatabase, 'run'>;
type EventRow = Selectable<AuditEventsTable>;
export type SealRow = Selectable<AuditSealsTable>;

/** Reads the first events of a seal, or with `null` the first ones that are not sealed. */
export const eventsOf = (
  { run }: Run,
  seal: number | null,
  limit: number,
): Promise<readonly EventRow[]> =>
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

/** Reads the seals that follow the one with this id, in their order. */
export const sealsAfter = ({ run }: Run, id: number, limit: number): Promise<readonly SealRow[]> =>
  run(async (db) => {
    const rows = await db
      .selectFrom('latchkey_audit_seals')
      .select(['id', 'sealed_at', 'events', 'key_id', 'hash'])
      .where('id', '>', id)
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      id: Number(row.id),
      sealed_at: Number(row.sealed_at),
      events: Number(row.events),
      key_id: Number(row.key_id),
      hash: row.hash,
    }));
  });

export const KEY_MISSING =
  'it was made under a key that is not given: put the LATCHKEY_SECRET of that time behind the present one';

/**
 * Compares a seal with its events and with the seal before.
 *
 * @param previous the id and the hash of the seal before; 0 and '' for none
 * @returns why the seal is invalid; `null` for a valid one
 */
export async function faultOfSeal(
  database: Run,
  keys: AuditKeyRing,
  seal: SealRow,
  previous: { readonly id: number; readonly hash: string },
): Promise<string | null> {
  if (seal.id !== previous.id + 1) return 'the seal is missing';
  const rows = await eventsOf(database, seal.id, seal.events + 1);
  if (rows.length !== seal.events)
    return `it covers ${seal.events} events, but ${rows.length > seal.events ? 'more' : rows.length} exist`;
  if (!keys.auditVerifying.some(({ id }) => id === seal.key_id)) return KEY_MISSING;
  return sealHolds(keys, seal.key_id, previous.hash, linesOf(seal.sealed_at, rows), seal.hash)
    ? null
    : 'its hash does not match: an event or the seal was changed';
}

/**
 * Returns the lines that a seal covers: the instant of sealing, then every column of each event in
 * one fixed order.
 */
export function linesOf(sealedAt: number, rows: readonly EventRow[]): string[] {
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

import type { AuditKeyRing } from '@latchkey/core';
import type { Selectable } from 'kysely';
import type { AuditRemovalsTable } from '../connection/tables.ts';
import type { SqlDatabase } from '../database.ts';
import { sealBatch, sealHolds } from './audit-seal.ts';
import { KEY_MISSING, type SealRow } from './sealed-events.ts';

type RemovalRow = Selectable<AuditRemovalsTable>;

/**
 * A removal of audit events by retention: all events of some consecutive seals, which follow those
 * of the removal before.
 */
export interface AuditRemoval {
  readonly firstSeal: number;
  readonly lastSeal: number;
  /** When the last of these seals was made, in milliseconds since the epoch. */
  readonly lastSealedAt: number;
  readonly events: number;
  /** When the removal was recorded, in milliseconds since the epoch. */
  readonly removedAt: number;
  /** Who removed: the id of a user, the name of a command, or `system`. */
  readonly removedBy: string;
}

/** The end of the removed seals: the first seal that is left continues this hash. */
export interface ChainStart {
  readonly id: number;
  readonly hash: string;
}

/** Reads the records of all removals, in their order. */
export const removalRows = ({ run }: Pick<SqlDatabase, 'run'>): Promise<readonly RemovalRow[]> =>
  run(async (db) => {
    const rows = await db
      .selectFrom('latchkey_audit_removals')
      .select([
        'id',
        'first_seal',
        'last_seal',
        'last_sealed_at',
        'last_hash',
        'events',
        'removed_at',
        'removed_by',
        'key_id',
        'hash',
      ])
      .orderBy('id')
      .execute();
    return rows.map((row) => ({
      ...row,
      id: Number(row.id),
      first_seal: Number(row.first_seal),
      last_seal: Number(row.last_seal),
      last_sealed_at: Number(row.last_sealed_at),
      events: Number(row.events),
      removed_at: Number(row.removed_at),
      key_id: Number(row.key_id),
    }));
  });

/** Returns where the chain of seals begins after the removals. */
export const chainStart = (rows: readonly RemovalRow[]): ChainStart => {
  const last = rows.at(-1);
  return last ? { id: last.last_seal, hash: last.last_hash } : { id: 0, hash: '' };
};

export const removalOf = (row: RemovalRow): AuditRemoval => ({
  firstSeal: row.first_seal,
  lastSeal: row.last_seal,
  lastSealedAt: row.last_sealed_at,
  events: row.events,
  removedAt: row.removed_at,
  removedBy: row.removed_by,
});

/** Makes the record of the next removal, under the key that seals. */
export function nextRemoval(
  keys: Pick<AuditKeyRing, 'auditSigning'>,
  rows: readonly RemovalRow[],
  seals: readonly SealRow[],
  removed: { readonly at: number; readonly by: string },
): RemovalRow {
  const first = seals[0] as SealRow;
  const last = seals.at(-1) as SealRow;
  const row = {
    id: rows.length + 1,
    first_seal: first.id,
    last_seal: last.id,
    last_sealed_at: last.sealed_at,
    last_hash: last.hash,
    events: seals.reduce((sum, { events }) => sum + events, 0),
    removed_at: removed.at,
    removed_by: removed.by,
  };
  const { keyId, hash } = sealBatch(keys, DOMAIN, [...rows, row].map(lineOf));
  return { ...row, key_id: keyId, hash };
}

/**
 * Verifies the records of all removals. The last one covers all before it, so only its key is
 * needed.
 *
 * @returns the first seal of the invalid record, and why it is invalid; `null` if they are valid
 */
export function faultOfRemovals(
  keys: AuditKeyRing,
  rows: readonly RemovalRow[],
): { readonly seal: number; readonly why: string } | null {
  const last = rows.at(-1);
  if (!last) return null;
  const broken = (why: string) => ({
    seal: last.first_seal,
    why: `a removal is recorded, but ${why}`,
  });
  if (!keys.auditVerifying.some(({ id }) => id === last.key_id)) return broken(KEY_MISSING);
  return sealHolds(keys, last.key_id, DOMAIN, rows.map(lineOf), last.hash)
    ? null
    : broken('its hash does not match: the record was forged or changed');
}

/** Distinguishes the MAC of removals from that of seals, which begins with a hash or is empty. */
const DOMAIN = 'removals';

function lineOf(row: Omit<RemovalRow, 'key_id' | 'hash'>): string {
  return JSON.stringify([
    row.id,
    row.first_seal,
    row.last_seal,
    row.last_sealed_at,
    row.last_hash,
    row.events,
    row.removed_at,
    row.removed_by,
  ]);
}

import { DatabaseSync } from 'node:sqlite';
import { Pool } from 'pg';
import { type Rotate, USERNAME, WRITTEN } from './rotations.ts';

/** The store's conditional UPDATE of a rotation, written by hand. */
const UPDATE = `
  update latchkey_sessions set generation = ?, secret_hash = ?, previous_secret_hash = ?, sealed_successor = ?, delivered_at = ?, last_seen_at = ?,
    acknowledged_at = null, idle_expires_at = ?, user_agent = ?, ip_address = ?
  where id = ? and username = ? and generation = ? and secret_hash = ? and revoked_at is null and idle_expires_at > ? and absolute_expires_at > ?
    and (generation = 0 or delivered_at <= ?)
  returning *`;

const { secretHash, previousSecretHash, sealedSuccessor, idleExpiresAt, userAgent, ipAddress } =
  WRITTEN;

function valuesOf(id: string, generation: number, now: number) {
  const written = [
    generation + 1,
    secretHash,
    previousSecretHash,
    sealedSuccessor,
    now,
    now,
    idleExpiresAt,
    userAgent,
    ipAddress,
  ];
  return [...written, id, USERNAME, generation, secretHash, now, now, now];
}

/**
 * Runs the UPDATE of a rotation alone, with prepared values: the upper limit of what the driver can
 * do.
 */
export interface RawUpdate {
  readonly rotate: Rotate;
  close(): Promise<void>;
}

/** Opens SQLite with the same settings as the store. */
export function rawSqlite(path: string): RawUpdate {
  const database = new DatabaseSync(path);
  database.exec('pragma synchronous = normal');
  const update = database.prepare(UPDATE);
  // Does not call `get`, which stops at the first row: SQLite checkpoints its log only after
  // statements that ran to completion.
  return {
    rotate: async (...rotation) => update.all(...valuesOf(...rotation)).length === 1,
    close: async () => database.close(),
  };
}

/** Opens PostgreSQL and prepares the UPDATE once for each connection, as the store does. */
export function rawPostgres(url: string, poolSize: number): RawUpdate {
  const pool = new Pool({ connectionString: url, max: poolSize });
  let number = 0;
  const text = UPDATE.replaceAll('?', () => `$${++number}`);
  return {
    rotate: async (...rotation) =>
      (await pool.query({ name: 'rotate', text, values: valuesOf(...rotation) })).rowCount === 1,
    close: () => pool.end(),
  };
}

import { DatabaseSync } from 'node:sqlite';
import { Pool } from 'pg';
import { type Rotate, USERNAME, WRITTEN } from './rotations.ts';

/** The store's conditional UPDATE, written by hand. */
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

/** The statement alone, with prepared values: the upper limit of the driver. */
export interface RawUpdate {
  readonly rotate: Rotate;
  close(): Promise<void>;
}

/** With the store's own settings. */
export function rawSqlite(path: string): RawUpdate {
  const database = new DatabaseSync(path);
  database.exec('pragma synchronous = normal');
  const update = database.prepare(UPDATE);
  // Not `get`: it stops at the first row, and SQLite checkpoints its log only after statements that
  // ran to completion.
  return {
    rotate: async (...rotation) => update.all(...valuesOf(...rotation)).length === 1,
    close: async () => database.close(),
  };
}

/** Prepared once per connection, as in the store. */
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

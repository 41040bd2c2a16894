import type { SessionRecord } from '@latchkey/core';
import { Client } from 'pg';
import { WRITTEN } from '../rotation/rotations.ts';
import { queryPostgres } from '../servers.ts';
import { DAY_MS, insertOf, type Loader } from './loader.ts';

/**
 * SQL expressions for session number `n`: its user, and an id in the product's format
 * (`newSessionId`) whose random part can be recomputed.
 */
const userOf = (n: string, users: number) => `'member-' || lpad((${n} % ${users})::text, 8, '0')`;
const sha256 = (text: string) => `sha256(convert_to(${text}, 'UTF8'))`;
export const sessionIdOf = (n: string, users: number) =>
  `translate(rtrim(encode(substr(${sha256(userOf(n, users))}, 1, 3) || substr(${sha256(`'session-' || ${n}`)}, 1, 13), 'base64'), '='), '+/', '-_')`;

/** Statements that remove the keys of an empty session table before it is filled, and add them. */
export const DROP_KEYS =
  'alter table latchkey_sessions drop constraint latchkey_sessions_pkey; drop index latchkey_sessions_user_id';
export const ADD_KEYS =
  'alter table latchkey_sessions add constraint latchkey_sessions_pkey primary key (id); create index latchkey_sessions_user_id on latchkey_sessions (user_id, created_at, id) where revoked_at is null';

/**
 * Returns an INSERT of sessions number $1 to $2 in the middle of their lives, whose rows PostgreSQL
 * makes itself; `insertValues` has its values. Sessions with an odd number wait for an
 * acknowledgement.
 *
 * @param users number of users, who take turns
 * @param idleExpiresAt SQL expression, in which $5 is `expiresAt` and $6 the current time
 */
export const insertSeries = (users: number, idleExpiresAt = '$5::bigint') => `
  insert into latchkey_sessions (id, user_id, username, generation, secret_hash, previous_secret_hash, sealed_successor, delivered_at, acknowledged_at,
    token_version, created_at, authenticated_at, last_seen_at, idle_expires_at, absolute_expires_at, user_agent, ip_address)
  select ${sessionIdOf('n', users)}, ${userOf('n', users)}, ${userOf('n', users)}, 7, $3, $3, $4, $6::bigint, case when n % 2 = 0 then $6::bigint end,
    0, $6, $6, $6, ${idleExpiresAt}, $6 + ${30 * DAY_MS}, $7, '203.0.113.7'
  from generate_series($1::bigint, $2) n`;

export const seriesValues = (first: number, last: number, expiresAt: number) => [
  first,
  last,
  WRITTEN.secretHash,
  WRITTEN.sealedSuccessor,
  expiresAt,
  Date.now(),
  WRITTEN.userAgent,
];

export async function addToPostgres(url: string, records: readonly SessionRecord[]): Promise<void> {
  await queryPostgres(url, numbered(insertOf(records)), records.flatMap(Object.values));
}

/** Fills an empty database in one transaction, its keys added last. */
export async function postgresLoader(
  url: string,
  sessions: number,
  expiresAt: number,
): Promise<Loader> {
  const client = new Client(url);
  await client.connect();
  await client.query(`begin; set local maintenance_work_mem = '256MB'; ${DROP_KEYS}`);
  const series = insertSeries(sessions);
  return {
    async add(record) {
      const text = numbered(insertOf([record]));
      await client.query({ name: 'add', text, values: Object.values(record) });
    },
    async addSeries(first, count) {
      const values = seriesValues(first, first + count - 1, expiresAt);
      await client.query({ name: 'series', text: series, values });
    },
    async finish() {
      await client.query(`${ADD_KEYS}; commit`);
      await client.query('vacuum analyze latchkey_sessions');
      await client.query('checkpoint');
      await client.end();
    },
  };
}

/** Replaces each `?` by PostgreSQL's `$1`, `$2`, … */
function numbered(text: string): string {
  let number = 0;
  return text.replaceAll('?', () => `$${++number}`);
}

import { type Held, sessionInUse } from '../rotation/refreshes.ts';
import { WRITTEN } from '../rotation/rotations.ts';
import { addToPostgres } from '../scale/backends.ts';
import { queryPostgres } from '../servers.ts';
import { runScript } from './partition-script.ts';

const DAY_MS = 86_400_000;
/**
 * One of this many sessions has a browser that can refresh it, up to `MAX_BROWSERS`, which easily
 * fit into memory.
 */
const BROWSER_EVERY = 100;
const MAX_BROWSERS = 100_000;
/** Number of sessions of each user, which are far apart in the table. */
export const SESSIONS_EACH = 3;
const STEPS = 20;

/**
 * SQL expressions for session number `n`: its user, and an id in the product's format
 * (`newSessionId`) whose random part can be recomputed.
 */
const USER = (n: string, users: number) => `'member-' || lpad((${n} % ${users})::text, 8, '0')`;
const bytes = (text: string) => `sha256(convert_to(${text}, 'UTF8'))`;
const idOf = (n: string, users: number) =>
  `translate(rtrim(encode(substr(${bytes(USER(n, users))}, 1, 3) || substr(${bytes(`'session-' || ${n}`)}, 1, 13), 'base64'), '='), '+/', '-_')`;

export interface Filling {
  readonly rows: number;
  readonly browsers: readonly Held[];
  /** Number of users with `SESSIONS_EACH` sessions each, none of which has a browser. */
  readonly users: number;
  /** Time by which one in ten of the sessions without a browser has expired. */
  readonly expiredBy: number;
}

/** Returns the id of user number `n`. */
export const member = (n: number) => `member-${String(n).padStart(8, '0')}`;

/**
 * Fills the empty session table of a migrated database. Every session without a browser is in the
 * middle of its life; those with an odd number wait for an acknowledgement.
 */
export async function fillSessions(
  url: string,
  rows: number,
  onStep: (filled: number) => void,
): Promise<Filling> {
  const expiredBy = Date.now() - DAY_MS;
  const every = Math.max(BROWSER_EVERY, Math.ceil(rows / MAX_BROWSERS));
  const users = Math.floor((rows - rows / every) / SESSIONS_EACH);
  const browsers: Held[] = [];
  await runScript(
    url,
    'alter table latchkey_sessions drop constraint latchkey_sessions_pkey; drop index latchkey_sessions_user_id',
  );
  let filled = 0;
  for (let step = 1; step <= STEPS; step++) {
    const until =
      step === STEPS ? users * SESSIONS_EACH : Math.floor((users * SESSIONS_EACH * step) / STEPS);
    const withBrowser = Math.floor((until - filled) / (every - 1));
    for (let added = 0; added < withBrowser; added += 1_000) {
      const first = browsers.length;
      const batch = Array.from({ length: Math.min(1_000, withBrowser - added) }, (_, n) =>
        sessionInUse(first + n, Date.now() + 30 * DAY_MS),
      );
      browsers.push(...batch.map(({ held }) => held));
      await addToPostgres(
        url,
        batch.map(({ record }) => record),
      );
    }
    await queryPostgres(url, INSERT(users), [
      filled,
      until - 1,
      WRITTEN.secretHash,
      WRITTEN.sealedSuccessor,
      expiredBy,
      Date.now(),
      WRITTEN.userAgent,
    ]);
    filled = until;
    onStep(filled + browsers.length);
  }
  await runScript(
    url,
    'alter table latchkey_sessions add constraint latchkey_sessions_pkey primary key (id); create index latchkey_sessions_user_id on latchkey_sessions (user_id, created_at, id) where revoked_at is null',
  );
  return { rows: filled + browsers.length, browsers, users, expiredBy };
}

const INSERT = (users: number) => `
  insert into latchkey_sessions (id, user_id, username, generation, secret_hash, previous_secret_hash, sealed_successor, delivered_at, acknowledged_at,
    token_version, created_at, authenticated_at, last_seen_at, idle_expires_at, absolute_expires_at, user_agent, ip_address)
  select ${idOf('n', users)}, ${USER('n', users)}, ${USER('n', users)}, 7, $3, $3, $4, $6::bigint, case when n % 2 = 0 then $6::bigint end,
    0, $6, $6, $6, case when n % 10 = 0 then $5::bigint else $6 + ${7 * DAY_MS} end, $6 + ${30 * DAY_MS}, $7, '203.0.113.7'
  from generate_series($1::bigint, $2) n`;

/**
 * Returns the ids of `count` sessions, from all over the table, that wait for an acknowledgement of
 * generation 7.
 */
export async function unacknowledged(
  url: string,
  { users }: Filling,
  count: number,
): Promise<string[]> {
  const among = Math.floor((users * SESSIONS_EACH) / 2);
  const text = `select array_agg(${idOf('n', users)}) as ids from (select 2 * (i * ${Math.floor(among / count)}) + 1 as n from generate_series(0::bigint, $1) i) as chosen`;
  return (await queryPostgres(url, text, [count - 1])).ids as string[];
}

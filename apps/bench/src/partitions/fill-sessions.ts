import { type Held, sessionInUse } from '../rotation/refreshes.ts';
import { DAY_MS } from '../scale/loader.ts';
import {
  ADD_KEYS,
  addToPostgres,
  DROP_KEYS,
  insertSeries,
  seriesValues,
  sessionIdOf,
} from '../scale/postgres-filling.ts';
import { queryPostgres } from '../servers.ts';
import { runScript } from './partition-script.ts';

/**
 * One of this many sessions has a browser that can refresh it, up to `MAX_BROWSERS`, which easily
 * fit into memory.
 */
const BROWSER_EVERY = 100;
const MAX_BROWSERS = 100_000;
/** Number of sessions of each user, which are far apart in the table. */
export const SESSIONS_EACH = 3;
const STEPS = 20;
/** SQL expression: one in ten of the sessions has expired. */
const IDLE_EXPIRES_AT = `case when n % 10 = 0 then $5::bigint else $6 + ${7 * DAY_MS} end`;

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
  await runScript(url, DROP_KEYS);
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
    await queryPostgres(
      url,
      insertSeries(users, IDLE_EXPIRES_AT),
      seriesValues(filled, until - 1, expiredBy),
    );
    filled = until;
    onStep(filled + browsers.length);
  }
  await runScript(url, ADD_KEYS);
  return { rows: filled + browsers.length, browsers, users, expiredBy };
}

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
  const text = `select array_agg(${sessionIdOf('n', users)}) as ids from (select 2 * (i * ${Math.floor(among / count)}) + 1 as n from generate_series(0::bigint, $1) i) as chosen`;
  return (await queryPostgres(url, text, [count - 1])).ids as string[];
}

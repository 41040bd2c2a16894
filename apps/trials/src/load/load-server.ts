import { fillWithSessions } from '@latchkey/bench/filling';
import { systemClock } from '@latchkey/core';
import { passwordHasher } from '@latchkey/server/passwords';
import { openDatabase } from '@latchkey/sql';
import { sql } from 'kysely';
import { type MeasuredServer, startMeasuredServer } from '../measuring/measured-server.ts';
import { usernameOf } from './client.ts';

/** Seconds that an access token lives, so that each user refreshes many times in a scene. */
const ACCESS_SECONDS = 20;
/** The password of all accounts. */
export const PASSWORD = 'lantern otter seventeen brick';

export interface LoadServer extends MeasuredServer {
  /**
   * Writes one security event for each of the first accounts, in one statement.
   *
   * @returns when it was committed, in milliseconds since the epoch
   */
  writeEvents(kind: string, accounts: number): Promise<number>;
}

export interface LoadServerOptions {
  /** URL of an empty SQLite file or PostgreSQL database. */
  readonly url: string;
  /** Number of sessions in the store before the trial. */
  readonly sessions: number;
  readonly accounts: number;
  readonly variables?: Readonly<Record<string, string>>;
  readonly onProgress?: (text: string) => void;
}

/** Starts a server process over a filled store. Its limits of connections and streams are raised. */
export async function startLoadServer({
  url,
  sessions,
  accounts,
  variables = {},
  onProgress = () => {},
}: LoadServerOptions): Promise<LoadServer> {
  onProgress(`${sessions} sessions`);
  await fillWithSessions(url, sessions, (filled) => {
    if (filled % 1_000_000 === 0 && filled < sessions) onProgress(`${filled} sessions are there`);
  });
  onProgress('the server');
  const server = await startMeasuredServer({
    DATABASE_URL: url,
    ACCESS_TOKEN_SECONDS: String(ACCESS_SECONDS),
    MAX_STREAMS: '20000',
    ...variables,
  });
  const database = await openDatabase(url);
  const hash = await passwordHasher().hash(PASSWORD);
  await addAccounts(database, accounts, hash);
  return {
    ...server,
    async writeEvents(kind, count) {
      const ids = sql`select id from app_users where id < ${usernameOf(count)} and id >= ${usernameOf(0)}`;
      await sql`insert into latchkey_audit_events (at, kind, user_id)
        select ${systemClock.now()}, ${kind}, id from (${ids}) as chosen`.execute(database.db);
      return systemClock.now();
    },
    async stop() {
      await database.close();
      return server.stop();
    },
  };
}

/** Adds accounts of the same password; the database makes the rows itself. */
async function addAccounts(
  { db, kind }: Awaited<ReturnType<typeof openDatabase>>,
  count: number,
  hash: string,
): Promise<void> {
  if (count === 0) return;
  const numbers =
    kind === 'postgres'
      ? sql`select 'load-' || lpad(n::text, 6, '0') as name from generate_series(0, ${count - 1}::int) n`
      : sql`with recursive numbers (n) as (select 0 union all select n + 1 from numbers where n + 1 < ${count})
          select 'load-' || printf('%06d', n) as name from numbers`;
  await sql`insert into app_users (id, username, password_hash, role, token_version, disabled, created_at)
    select name, name, ${hash}, 'User', 0, 0, ${systemClock.now()} from (${numbers}) as made`.execute(
    db,
  );
}

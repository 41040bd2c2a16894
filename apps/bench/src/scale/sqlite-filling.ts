import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { newSessionId } from '@latchkey/core';
import { WRITTEN } from '../rotation/rotations.ts';
import { DAY_MS, insertOf, type Loader } from './loader.ts';

/** KiB of memory while the file is filled: ids are random, so its largest index must fit. */
const CACHE_KIB = 1_000_000;
const INDEX =
  'create index latchkey_sessions_user_id on latchkey_sessions (user_id, created_at, id) where revoked_at is null';

/** An INSERT whose rows SQLite makes itself; the parameters are the values of `addSeries`. */
const SERIES = `
  insert into latchkey_sessions (id, user_id, username, generation, secret_hash, previous_secret_hash, sealed_successor, delivered_at, acknowledged_at,
    token_version, created_at, authenticated_at, last_seen_at, idle_expires_at, absolute_expires_at, user_agent, ip_address)
  with recursive
    numbers (n) as (select :first union all select n + 1 from numbers where n < :last),
    members (user) as (select 'member-' || printf('%08d', n) from numbers)
  select session_id(user), user, user, 7, :hash, :hash, :sealed, :now, :now, 0, :now, :now, :now, :expiresAt, :now + ${30 * DAY_MS}, :userAgent, '203.0.113.7'
  from members`;

/** Number of series in one transaction, which bounds the size of the log. */
const SERIES_AT_ONCE = 100;

/** Fills an empty file, its second index added last. */
export function sqliteLoader(path: string, expiresAt: number): Loader {
  const database = new DatabaseSync(path);
  database.exec(`pragma synchronous = off; pragma cache_size = -${CACHE_KIB}`);
  database.function('session_id', (user) => newSessionId(String(user)));
  database.exec('begin; drop index latchkey_sessions_user_id');
  const series = database.prepare(SERIES);
  let added = 0;
  return {
    async add(record) {
      database.prepare(insertOf([record])).run(...(Object.values(record) as SQLInputValue[]));
    },
    async addSeries(first, count) {
      series.run({
        first,
        last: first + count - 1,
        hash: WRITTEN.secretHash,
        sealed: WRITTEN.sealedSuccessor,
        now: Date.now(),
        expiresAt,
        userAgent: WRITTEN.userAgent,
      });
      if (++added % SERIES_AT_ONCE === 0) database.exec('commit; begin');
    },
    async finish() {
      database.exec(`${INDEX}; commit; pragma wal_checkpoint(truncate)`);
      database.close();
    },
  };
}

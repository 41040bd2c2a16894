import { PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';

const BIGINT = 20;

/**
 * Kysely's PostgreSQL dialect on a pool whose waits are all bounded, so that a database that is slow or gone is told apart quickly.
 *
 * @param url `postgres://user:password@host:port/database`
 */
export function nodePostgresDialect(url: string): PostgresDialect {
  const pool = new Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 2_000,
    query_timeout: 5_000,
    statement_timeout: 5_000,
    idle_in_transaction_session_timeout: 10_000,
    types: {
      /** Our bigints are counters and milliseconds, all below 2^53. */
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === BIGINT ? Number : types.getTypeParser(oid, format as 'text')) as typeof types.getTypeParser,
    },
  });
  /** A connection that breaks is replaced by the pool; without a listener it would end the process. The pool listens to idle ones only. */
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return new PostgresDialect({ pool });
}

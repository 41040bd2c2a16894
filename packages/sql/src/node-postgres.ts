import { PostgresDialect } from 'kysely';
import { Client, Pool, types } from 'pg';

const BIGINT = 20;

/**
 * Kysely's PostgreSQL dialect on a pool whose waits are all bounded, so that a database that is slow or gone is told apart quickly.
 *
 * @param url `postgres://user:password@host:port/database`
 * @param poolSize connections at most
 */
export function nodePostgresDialect(url: string, poolSize: number): PostgresDialect {
  const pool = new Pool({
    Client: PreparingClient,
    connectionString: url,
    max: poolSize,
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

/** Texts that get a prepared statement; what comes after is parsed each time. Ours are few, but lists of values make new ones. */
const MAX_STATEMENTS = 100;
const names = new Map<string, string>();

/** Each connection parses and plans a statement once: it is prepared under a name that stands for its text. */
class PreparingClient extends Client {
  // biome-ignore lint/suspicious/noExplicitAny: the driver's own signature has eight overloads
  override query(text: any, values?: any, callback?: any): any {
    const name = typeof text === 'string' && Array.isArray(values) && values.length > 0 ? nameOf(text) : undefined;
    return name === undefined ? super.query(text, values, callback) : super.query({ name, text, values }, callback);
  }
}

function nameOf(text: string): string | undefined {
  if (!names.has(text) && names.size < MAX_STATEMENTS) names.set(text, `latchkey_${names.size}`);
  return names.get(text);
}

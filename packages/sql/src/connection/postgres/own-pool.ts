import { PostgresDialect } from 'kysely';
import type { Client } from 'pg';
import type { Pg } from './load-pg.ts';
import { BEGIN_BOUNDED, beginSession, processIdOf } from './session.ts';

const BIGINT = 20;

/** A dialect on a pool that this package opens, and closes with it. */
export interface OwnPool {
  dialect(): PostgresDialect;
  /** Whether a pooler in transaction mode was found at the other end of a connection. */
  isPooled(): boolean;
}

/**
 * Creates Kysely's PostgreSQL dialect on a pool whose waits are all bounded, so that an outage of
 * the database is detected quickly.
 *
 * @param url `postgres://user:password@host:port/database`
 * @param poolSize connections at most
 */
export function ownPool(pg: Pg, url: string, poolSize: number): OwnPool {
  const found = { isPooled: false };
  const { types } = pg;
  return {
    isPooled: () => found.isPooled,
    dialect() {
      const pool = new pg.Pool({
        Client: sessionClient(pg, found),
        connectionString: url,
        max: poolSize,
        connectionTimeoutMillis: 2_000,
        query_timeout: 5_000,
        types: {
          /** Parses bigints as numbers: ours are counters and milliseconds, all below 2^53. */
          getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
            oid === BIGINT
              ? Number
              : types.getTypeParser(oid, format as 'text')) as typeof types.getTypeParser,
        },
      });
      /** Without a listener, a broken connection would end the process; the pool replaces it. */
      pool.on('error', () => {});
      return new PostgresDialect({ pool });
    },
  };
}

/**
 * The most prepared statements of a connection; further texts are parsed each time. The package has
 * few, but lists of values make new ones.
 */
const MAX_STATEMENTS = 100;
const names = new Map<string, string>();

/**
 * Creates the class of the pool's connections. PostgreSQL itself parses and plans a statement once
 * for each: it is prepared under a name that stands for its text. Behind a pooler (PgBouncer in
 * transaction mode), where the next transaction may run on another connection, no prepared
 * statement is used.
 */
const sessionClient = (pg: Pg, found: { isPooled: boolean }) =>
  class SessionClient extends pg.Client {
    #isDirect = false;

    // biome-ignore lint/suspicious/noExplicitAny: the driver's own signature has two overloads
    override connect(callback?: any): any {
      const opened = this.#open();
      if (!callback) return opened;
      opened.then(
        () => process.nextTick(callback, null, this),
        (error: unknown) => process.nextTick(callback, error),
      );
    }

    async #open(): Promise<this> {
      /** Listens for errors of a busy connection too; the pool listens to idle ones only. */
      this.on('error', () => {});
      await super.connect();
      this.#isDirect = await beginSession(
        super.query.bind(this) as Client['query'],
        processIdOf(this),
      );
      found.isPooled = !this.#isDirect;
      return this;
    }

    // biome-ignore lint/suspicious/noExplicitAny: the driver's own signature has eight overloads
    override query(text: any, values?: any, callback?: any): any {
      if (!this.#isDirect)
        return super.query(text === 'begin' ? BEGIN_BOUNDED : text, values, callback);
      const name =
        typeof text === 'string' && Array.isArray(values) && values.length > 0
          ? nameOf(text)
          : undefined;
      return name === undefined
        ? super.query(text, values, callback)
        : super.query({ name, text, values }, callback);
    }
  };

function nameOf(text: string): string | undefined {
  if (!names.has(text) && names.size < MAX_STATEMENTS) names.set(text, `latchkey_${names.size}`);
  return names.get(text);
}

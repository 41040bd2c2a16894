import { PostgresDialect, type PostgresPoolClient } from 'kysely';
import { LISTEN_SETTINGS, type ListenClient } from '../postgres/listener.ts';
import { describePlace, type Place } from '../postgres/place.ts';
import { BEGIN_BOUNDED } from '../postgres/session.ts';
import { CONNECTION_MS, NO_CONNECTION, STATEMENT_MS, within } from './within.ts';

/** What is used of a connection of a `pg.Pool`. */
export interface PgPoolClient {
  query(
    text: string,
    values?: unknown[],
  ): Promise<{ readonly command: string; readonly rowCount: number | null; rows: unknown[] }>;
  on(event: 'error', listener: () => void): unknown;
  off(event: 'error', listener: () => void): unknown;
  release(error?: Error | boolean): void;
}

/** What is used of a `pg.Pool`. */
export interface PgPool {
  connect(): Promise<PgPoolClient>;
  readonly totalCount: number;
  readonly idleCount: number;
}

/** What `pg.Pool` has beside its types. */
interface PoolParts {
  readonly options?: object;
  readonly Client?: new (settings: object) => ListenClient & Place;
}

/** Describes where the connections of a pool lead. */
export function placeOfPool(pool: PgPool): string {
  const { Client, options = {} } = pool as PgPool & PoolParts;
  return Client ? describePlace(new Client(options)) : 'the address of the given pool';
}

/** Creates a connection with the pool's settings, outside the pool, for LISTEN. */
export function listenClientOf(pool: PgPool): ListenClient {
  const { Client, options = {} } = pool as PgPool & PoolParts;
  if (!Client) throw new Error('the pool names no class of connections');
  /** Copies hidden settings too: the pool hides its password. */
  const settings = Object.defineProperties({}, Object.getOwnPropertyDescriptors(options));
  return new Client(Object.assign(settings, LISTEN_SETTINGS));
}

/**
 * Creates Kysely's PostgreSQL dialect on an app's own pool, which stays open. Its connections keep
 * their settings: no statement is prepared under a name, time limits end with their transaction,
 * and a connection that does not answer is taken out of the pool.
 */
export function borrowedPoolDialect(pool: PgPool): PostgresDialect {
  return new PostgresDialect({
    pool: {
      async connect() {
        const client = await within(CONNECTION_MS, NO_CONNECTION, pool.connect(), (late) =>
          late.release(),
        );
        return borrow(client);
      },
      async end() {},
      options: {},
    },
  });
}

const ignore = () => {};

/** Whether an error is PostgreSQL's answer to a statement, and not the end of the connection. */
const leavesConnection = (error: Error & { readonly code?: unknown }) =>
  'severity' in error && !/^(57P|08)/.test(String(error.code));

function borrow(client: PgPoolClient): PostgresPoolClient {
  let broken: Error | undefined;
  /** Without a listener, a connection that breaks while it is used would end the process. */
  client.on('error', ignore);
  return {
    async query(text: unknown, values?: readonly unknown[]) {
      const statement = {
        text: text === 'begin' ? BEGIN_BOUNDED : text,
        values: values && [...values],
        query_timeout: STATEMENT_MS,
      };
      try {
        return await client.query(statement as unknown as string);
      } catch (error) {
        if (error instanceof Error && !leavesConnection(error)) broken = error;
        throw error;
      }
    },
    release() {
      client.off('error', ignore);
      client.release(broken);
    },
  } as PostgresPoolClient;
}

import type { Dialect } from 'kysely';
import { borrowedKyselyDialect } from './borrowed/borrowed-kysely.ts';
import {
  borrowedPoolDialect,
  listenClientOf,
  type PgPool,
  placeOfPool,
} from './borrowed/borrowed-pool.ts';
import { type DatabaseSource, type KnownSource, knownSource } from './borrowed/database-source.ts';
import type { OpenDatabaseOptions } from './database-options.ts';
import type { SqlKind } from './dialects.ts';
import { fixOf, reasonOf } from './opening-fault.ts';
import { LISTEN_SETTINGS } from './postgres/listener.ts';
import {
  type Listening,
  leadsToPooler,
  listeningAt,
  listeningBeside,
  NO_CONNECTION_TO_LISTEN,
  NO_LISTENING,
} from './postgres/listening.ts';
import { loadPg } from './postgres/load-pg.ts';
import { ownPool } from './postgres/own-pool.ts';
import { postgresPlace } from './postgres/place.ts';
import { borrowedSqliteDialect, loadNodeSqlite, ownSqliteDialect } from './sqlite/node-sqlite.ts';
import { makePrivateFile, tightenFiles } from './sqlite/private-file.ts';

/** A database that was given, not open yet. */
export interface Target extends Listening {
  readonly kind: SqlKind;
  /** A text for messages: names the database, never its password. */
  readonly description: string;
  /** A text for messages: how the database was given. */
  readonly given: string;
  /** A text for messages: how to delete the data of the database. */
  readonly disposal: string;
  /** The schema of the tables; `null` for the first one in the search path. */
  readonly schema: string | null;
  dialect(): Dialect;
}

type Place = Omit<Target, 'schema'>;

const URL = 'the database URL';
const DROP = `drop that database, or set ${URL} to another one`;

/**
 * Reads how a database was given, and loads the driver that it needs.
 *
 * @throws Error in one sentence for anything else; no message contains the password
 */
export async function locate(
  source: DatabaseSource,
  { poolSize, schema, listenUrl }: OpenDatabaseOptions = {},
): Promise<Target> {
  const known = knownSource(source);
  if (known.is !== 'url' && poolSize !== undefined)
    throw new Error(
      'The option poolSize is for a URL, and the database was given open: leave it out',
    );
  const place = await placeOf(known, poolSize ?? 10);
  const option = schema !== undefined ? 'schema' : listenUrl !== undefined ? 'listenUrl' : null;
  if (place.kind === 'sqlite' && option !== null)
    throw new Error(
      `The option ${option} is for PostgreSQL, and this is ${place.description}: leave it out`,
    );
  const listening = listenUrl === undefined ? null : await listeningAtUrl(listenUrl);
  return { ...place, ...listening, schema: schema ?? null };
}

/** Returns the sentence about a database that cannot be opened, with the fix for its cause. */
export function openingFault(target: Target, error: Error): string {
  const { kind, description } = target;
  return `${description} cannot be opened (${reasonOf(error)}): ${fixOf(kind, error, target)}.`;
}

async function placeOf(known: KnownSource, poolSize: number): Promise<Place> {
  if (known.is === 'pool') return givenPool(known.pool);
  if (known.is === 'kysely')
    return {
      kind: known.kind,
      description:
        known.kind === 'postgres'
          ? 'PostgreSQL by a Kysely instance'
          : 'SQLite by a Kysely instance',
      given: 'the Kysely instance',
      disposal: 'drop that database, or give another one',
      dialect: () => borrowedKyselyDialect(known.kysely, known.kind),
      ...(known.kind === 'postgres' ? NO_CONNECTION_TO_LISTEN : NO_LISTENING),
    };
  if (known.is === 'handle')
    return {
      kind: 'sqlite',
      description: `SQLite at ${known.handle.location?.() ?? 'a handle in memory'}`,
      given: 'the handle',
      disposal: 'delete that file, or give another handle',
      dialect: () => borrowedSqliteDialect(known.handle),
      ...NO_LISTENING,
    };
  return (await postgresAt(known.url, poolSize)) ?? (await sqliteAt(known.url));
}

function givenPool(pool: PgPool): Place {
  const open = () => listenClientOf(pool);
  return {
    kind: 'postgres',
    description: `PostgreSQL at ${placeOfPool(pool)}`,
    given: 'the pool',
    disposal: 'drop that database, or give a pool of another one',
    dialect: () => borrowedPoolDialect(pool),
    ...listeningBeside(open, () => leadsToPooler(open)),
  };
}

async function postgresAt(url: string, poolSize: number): Promise<Place | null> {
  if (!/^postgres(ql)?:\/\//.test(url)) return null;
  const pg = await loadPg();
  const place = postgresPlace(pg, url);
  if (place === null) return null;
  const { dialect, isPooled } = ownPool(pg, url, poolSize);
  return {
    kind: 'postgres',
    description: `PostgreSQL at ${place}`,
    given: URL,
    disposal: DROP,
    dialect,
    ...listeningBeside(
      () => new pg.Client({ connectionString: url, ...LISTEN_SETTINGS }),
      async () => isPooled(),
    ),
  };
}

async function sqliteAt(url: string): Promise<Place> {
  const path = url.startsWith('file:') ? url.slice('file:'.length) : '';
  if (path === '' && url !== 'memory:')
    throw new Error(
      `The database URL is ${JSON.stringify(url.replace(/\/\/.*@/, '//…@'))}: it must be file:<path>, memory: or postgres://…`,
    );
  const driver = await loadNodeSqlite();
  const place = { kind: 'sqlite', given: URL, ...NO_LISTENING } as const;
  if (path === '')
    return {
      ...place,
      description: 'SQLite in memory (lost when the process ends)',
      disposal: 'start anew',
      dialect: () => ownSqliteDialect(driver, ':memory:'),
    };
  return {
    ...place,
    description: `SQLite at ${path}`,
    disposal: `delete that file, or set ${URL} to another one`,
    dialect() {
      makePrivateFile(path);
      const dialect = ownSqliteDialect(driver, path);
      tightenFiles(path);
      return dialect;
    },
  };
}

async function listeningAtUrl(listenUrl: string): Promise<Listening> {
  const pg = await loadPg();
  const place = /^postgres(ql)?:\/\//.test(listenUrl) ? postgresPlace(pg, listenUrl) : null;
  if (place === null)
    throw new Error(
      'The option listenUrl must be a URL of PostgreSQL: postgres://user:password@host:port/database',
    );
  const { listen, warnings } = listeningAt(pg, listenUrl);
  return {
    listen,
    warnings: () =>
      warnings().catch((error: Error) => {
        const fix = fixOf('postgres', error, { schema: null, given: 'listenUrl' });
        throw new Error(
          `PostgreSQL at ${place}, which listenUrl names, cannot be opened (${reasonOf(error)}): ${fix}.`,
          { cause: error },
        );
      }),
  };
}

import type { SqlKind } from '../dialects.ts';
import type { SqliteHandle } from '../sqlite/node-sqlite.ts';
import type { KyselyInstance } from './borrowed-kysely.ts';
import type { PgPool } from './borrowed-pool.ts';

/**
 * Where the tables of the packages are: a URL, or what your app has open already. What is given
 * open is never closed.
 *
 * - A URL: `file:path/to/it.db` (relative to the working directory), `memory:`, or
 *   `postgres://user:password@host:port/database`. PostgreSQL needs the package `pg`, SQLite a
 *   runtime with `node:sqlite`.
 * - A `Pool` of `pg`.
 * - A `DatabaseSync` of `node:sqlite`.
 * - A `Kysely` instance with a dialect for PostgreSQL or SQLite. Its plugins do not apply.
 */
export type DatabaseSource = string | PgPool | SqliteHandle | KyselyInstance;

/** A source, by what it is. */
export type KnownSource =
  | { readonly is: 'url'; readonly url: string }
  | { readonly is: 'pool'; readonly pool: PgPool }
  | { readonly is: 'handle'; readonly handle: SqliteHandle }
  | { readonly is: 'kysely'; readonly kysely: KyselyInstance; readonly kind: SqlKind };

type Parts = Readonly<Record<string, unknown>>;

const has = (given: Parts, ...methods: readonly string[]) =>
  methods.every((method) => typeof given[method] === 'function');

/** Whether an object is an instance of a class of this name, of any copy of its package. */
function isNamed(given: object, name: string): boolean {
  for (let at: object | null = given; at; at = Object.getPrototypeOf(at))
    if (at.constructor?.name === name) return true;
  return false;
}

const isKysely = (given: Parts) => has(given, 'getExecutor', 'selectFrom', 'withoutPlugins');

const INSTEAD =
  'Pass a URL, a Pool of pg, a DatabaseSync of node:sqlite, or a Kysely instance for PostgreSQL or SQLite';

/** The drivers that are taken for one of ours by mistake, most specific first, and the fix. */
const OTHERS: readonly (readonly [is: (given: Parts) => boolean, what: string, fix: string])[] = [
  [
    (given) => isKysely(given) && given.isTransaction === true,
    'a transaction of Kysely',
    'Pass the Kysely instance itself; database.within() runs stores in a transaction of yours',
  ],
  [isKysely, 'a Kysely instance of another dialect', INSTEAD],
  [
    (given) => has(given, 'connect', 'query', 'end') && isNamed(given, 'Client'),
    'a Client of pg, which is one connection',
    'Pass a Pool: new pg.Pool({ connectionString })',
  ],
  [(given) => has(given, 'then', 'catch'), 'a promise', 'Await it first'],
  [
    (given) => '$pool' in given && has(given, 'query', 'tx'),
    'a database of pg-promise',
    'Pass its pool, db.$pool',
  ],
  [
    (given) => has(given, 'unsafe', 'begin'),
    'a client of postgres.js, or one like it',
    'Pass its URL, or a Pool of pg, or a Kysely instance over it',
  ],
  [
    (given) => has(given, 'getConnection') || has(given, 'query', 'beginTransaction'),
    'a pool or connection of MySQL (mysql2 or mariadb)',
    'The stores need PostgreSQL or SQLite; docs/own-store.md shows a store of your own',
  ],
  [
    (given) => has(given, 'prepare', 'pragma'),
    'a database of better-sqlite3',
    'Pass its file as file:path/to/it.db, or a Kysely instance over it',
  ],
  [
    (given) => has(given, 'raw', 'migrate') || has(given, 'raw', 'queryBuilder'),
    'an instance of Knex',
    'Pass its URL, or a Pool of pg; database.within() runs stores in its transactions',
  ],
  [
    (given) => has(given, '$queryRaw', '$transaction'),
    'a client of Prisma',
    'Pass its URL; database.within() runs stores in its transactions',
  ],
  [
    (given) => '$client' in given && has(given, 'select', 'transaction'),
    'a database of Drizzle',
    'Pass its driver, db.$client; database.within() runs stores in its transactions',
  ],
  [
    (given) => has(given, 'getQueryInterface', 'authenticate'),
    'an instance of Sequelize',
    'Pass its URL; database.within() runs stores in its transactions',
  ],
  [
    (given) => has(given, 'query', 'exec') && 'waitReady' in given,
    'a PGlite',
    'Pass a Kysely instance over it',
  ],
  [(given) => has(given, 'getRepository', 'createQueryRunner'), 'a DataSource of TypeORM', INSTEAD],
  [
    (given) => has(given, 'db', 'startSession'),
    'a client of MongoDB',
    'The stores need PostgreSQL or SQLite; docs/own-store.md shows a store of your own',
  ],
  [
    (given) =>
      has(given, 'prepare', 'transaction') ||
      has(given, 'prepare', 'batch') ||
      has(given, 'execute', 'batch') ||
      has(given, 'prepare', 'each'),
    'an SQLite database of another driver',
    'Pass its file as file:path/to/it.db, or a Kysely instance over it',
  ],
];

/**
 * Tells what a database was given as.
 *
 * @throws TypeError in one sentence for anything else
 */
export function knownSource(given: unknown): KnownSource {
  if (typeof given === 'string') return { is: 'url', url: given };
  if ((typeof given === 'object' && given !== null) || typeof given === 'function') {
    const parts = given as unknown as Parts;
    if (isKysely(parts) && parts.isTransaction !== true) {
      const kind = kindOfKysely(parts);
      if (kind) return { is: 'kysely', kysely: given as unknown as KyselyInstance, kind };
    }
    if (has(parts, 'connect', 'query', 'end') && typeof parts.totalCount === 'number')
      return { is: 'pool', pool: given as unknown as PgPool };
    if (has(parts, 'prepare', 'exec') && isNamed(given, 'DatabaseSync')) {
      if (parts.isOpen === false)
        throw new TypeError('The database is a DatabaseSync that is not open: call its open()');
      return { is: 'handle', handle: given as unknown as SqliteHandle };
    }
    const other = OTHERS.find(([is]) => is(parts));
    if (other) throw new TypeError(`The database is ${other[1]}. ${other[2]}.`);
  }
  throw new TypeError(`The database is ${describe(given)}. ${INSTEAD}.`);
}

function describe(given: unknown): string {
  if (given === null || given === undefined) return String(given);
  if (typeof given !== 'object' && typeof given !== 'function') return `a ${typeof given}`;
  return `an object of another kind (${given.constructor?.name ?? 'without a class'})`;
}

interface Compiler {
  selectFrom(table: string): {
    selectAll(): {
      where(column: string, operator: '=', value: 1): { compile(): { readonly sql: string } };
    };
  };
}

/** Returns the kind of database of a Kysely instance by the SQL that it writes; `null` if other. */
function kindOfKysely(given: unknown): SqlKind | null {
  const { sql } = (given as Compiler).selectFrom('t').selectAll().where('c', '=', 1).compile();
  if (!sql.includes('"t"')) return null;
  if (sql.includes('$1')) return 'postgres';
  return sql.includes('?') ? 'sqlite' : null;
}

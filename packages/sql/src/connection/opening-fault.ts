/** What a message about a database that cannot be opened needs beside the error. */
export interface Opening {
  /** The user of the connection and the schema of the tables, if they are known. */
  readonly schema: string | null;
  /** How the database was given, in words: `the database URL`, `the pool`. */
  readonly given: string;
}

type Fix = readonly [cause: RegExp, fix: string | ((opening: Opening) => string)];

const RIGHTS = ({ schema }: Opening) =>
  `let the user create tables (grant usage, create on schema ${schema ?? 'public'} to that user; for a new schema: grant create on database), or let another user run the statements of migrationSql`;

/** The causes by `code message` of the error of PostgreSQL, its driver or the network. */
const POSTGRES: readonly Fix[] = [
  [/^28P01|password authentication failed/, ({ given }) => `correct the password in ${given}`],
  [/^(SASL|\S* ?SASL).*password must be/, ({ given }) => `add the password to ${given}`],
  [
    /^28000 .*(no encryption|SSL off)/,
    'add ?sslmode=require to the URL, or ssl to the pool, if the server takes TLS connections only; else allow this user, database and host in pg_hba.conf',
  ],
  [/^28000 .*role .* does not exist/, ({ given }) => `create that user, or correct it in ${given}`],
  [/^28000 .*pg_hba/, 'allow this user, database and host in pg_hba.conf'],
  [
    /^3D000/,
    ({ given }) => `create that database (create database), or correct its name in ${given}`,
  ],
  [/^3F000/, 'create the schema public, or give the tables one with the option schema'],
  [
    /^42501 .*(table|relation) /,
    'grant select, insert, update, delete on the tables of Latchkey to the user, or open the database as their owner',
  ],
  [/^42501/, RIGHTS],
  [
    /^53300|too many clients|remaining connection slots|no more connections allowed/,
    'lower poolSize, raise max_connections of the server, or put PgBouncer in front of it',
  ],
  [/^57P03/, 'wait until the server has started'],
  [/^25006/, ({ given }) => `this server is read-only: name the primary in ${given}`],
  [/xid8/, 'use PostgreSQL 13 or later'],
  [
    /^(42P07|42710|42723|42P06|23505)/,
    'something of that name exists that Latchkey did not make: rename it, or give the tables a schema of their own with the option schema',
  ],
  [
    /^08P01 .*startup parameter/,
    'the pooler refuses a setting of the connection: remove it from the URL or pool, or add it to ignore_startup_parameters of PgBouncer',
  ],
  [
    /ECONNREFUSED/,
    ({ given }) => `start PostgreSQL there, or correct the host and port in ${given}`,
  ],
  [/ENOTFOUND|EAI_AGAIN/, ({ given }) => `correct the host name in ${given}`],
  [
    /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|timeout expired|timeout exceeded|connection timeout/,
    ({ given }) => `check the host and port in ${given}, and that no firewall is in between`,
  ],
  [/ENOENT|EACCES/, ({ given }) => `start PostgreSQL, or correct the socket's folder in ${given}`],
  [/does not support SSL/, 'the server has no TLS: use sslmode=disable, or turn TLS on there'],
  [
    /SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CERT_|ERR_TLS/,
    'name the certificate of its authority with sslrootcert=path in the URL, or ssl.ca in the pool',
  ],
  [
    /ECONNRESET|EPIPE|terminated unexpectedly/,
    ({ given }) => `check that PostgreSQL, not another service, is at the address in ${given}`,
  ],
];

/** The causes by `code message` of the error of SQLite or the file system. */
const SQLITE: readonly Fix[] = [
  [/^(EISDIR|ENOTDIR|EEXIST|ENAMETOOLONG)/, ({ given }) => `name a file in ${given}`],
  [/^(ENOSPC|SQLITE_13)/, 'free space on the disk'],
  [
    /^(EACCES|EPERM|EROFS|ENOENT|SQLITE_8|SQLITE_14|SQLITE_3)\b/,
    ({ given }) => `make the file and its folder writable, or name another file in ${given}`,
  ],
  [/^SQLITE_(5|6)\b/, 'another connection keeps it locked: end its transaction or its process'],
  [/^SQLITE_26\b/, ({ given }) => `the file is no SQLite database: name another in ${given}`],
  [/^SQLITE_11\b/, 'the file is damaged: restore a backup'],
];

const FIXES = { postgres: POSTGRES, sqlite: SQLITE };

/** Returns the fix that fits the cause of a database that cannot be opened. */
export function fixOf(kind: keyof typeof FIXES, error: unknown, opening: Opening): string {
  const cause = causeOf(error);
  const [, fix] = FIXES[kind].find(([pattern]) => pattern.test(cause)) ?? [];
  if (fix === undefined) return `check ${opening.given}`;
  return typeof fix === 'string' ? fix : fix(opening);
}

/** Returns `code message` of an error, or of the first of the errors that caused it. */
function causeOf(error: unknown): string {
  if (error instanceof AggregateError) return causeOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  const { code, errcode } = error as Error & { code?: unknown; errcode?: unknown };
  if (code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number')
    return `SQLITE_${errcode & 0xff} ${error.message}`;
  if (typeof code === 'string') return `${code} ${error.message}`;
  return error.cause === undefined ? error.message : causeOf(error.cause);
}

/**
 * Returns the reason of an error. Refused connections are one error per address, in an error
 * without a message.
 */
export function reasonOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(error);
}

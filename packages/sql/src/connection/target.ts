import type { Dialect } from 'kysely';
import { nodePostgresDialect } from './node-postgres.ts';
import { nodeSqliteDialect } from './node-sqlite.ts';
import { type Listener, listenOnPostgres } from './postgres-listener.ts';
import { postgresPlace } from './postgres-place.ts';
import { makePrivateFile, tightenFiles } from './private-file.ts';

/** The two kinds of database; a few queries differ by a word between them. */
export type SqlKind = 'sqlite' | 'postgres';

/** A database that a URL names, not open yet. */
export interface Target {
  readonly kind: SqlKind;
  /** A text for messages: names the database, never its password. */
  readonly description: string;
  /** A text for messages: the fix if the database cannot be opened. */
  readonly advice: string;
  /** A text for messages: how to delete the data of the database. */
  readonly disposal: string;
  dialect(): Dialect;
  /** Calls `wake` at each notification of a channel. Never on SQLite, which has none. */
  listen(channel: string, wake: () => void): Listener;
}

const NO_LISTEN: Target['listen'] = () => ({ close: async () => {} });

/**
 * Reads a URL: `file:path/to/it.db`, `memory:` or `postgres://user:password@host:port/database`.
 *
 * @throws Error in one sentence for any other URL; no message contains the password
 */
export function locate(url: string, poolSize = 10): Target {
  if (url === 'memory:')
    return {
      kind: 'sqlite',
      description: 'SQLite in memory (lost when the process ends)',
      advice: '',
      disposal: 'start anew',
      dialect: () => nodeSqliteDialect(':memory:'),
      listen: NO_LISTEN,
    };
  const place = /^postgres(ql)?:\/\//.test(url) ? postgresPlace(url) : null;
  if (place !== null)
    return {
      kind: 'postgres',
      description: `PostgreSQL at ${place}`,
      advice:
        'Check that it runs and that DATABASE_URL names it, with the right password and a user who may create tables.',
      disposal: 'drop that database, or set DATABASE_URL to another one',
      dialect: () => nodePostgresDialect(url, poolSize),
      listen: (channel, wake) => listenOnPostgres(url, channel, wake),
    };
  const path = url.startsWith('file:') ? url.slice('file:'.length) : '';
  if (path === '')
    throw new Error(
      `DATABASE_URL is ${JSON.stringify(url.replace(/\/\/.*@/, '//…@'))}: it must be file:<path>, memory: or postgres://…`,
    );
  return {
    kind: 'sqlite',
    description: `SQLite at ${path}`,
    advice: 'Make its folder writable, or point DATABASE_URL elsewhere.',
    disposal: 'delete that file, or set DATABASE_URL to another one',
    dialect() {
      makePrivateFile(path);
      const dialect = nodeSqliteDialect(path);
      tightenFiles(path);
      return dialect;
    },
    listen: NO_LISTEN,
  };
}

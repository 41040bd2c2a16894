import { openDatabase } from '@latchkey/sql';
import { number } from '../print.ts';
import { queryPostgres, type Servers } from '../servers.ts';
import { type Filling, fillSessions } from './fill-sessions.ts';
import { partitionScript, runScript } from './partition-script.ts';

/**
 * Two copies of the same sessions: in the product's own table, and in one that the script of
 * apps/bench/scale.md partitioned.
 */
export interface Tables {
  readonly plainUrl: string;
  readonly partitionedUrl: string;
  readonly filling: Filling;
  /** Seconds that the partition script took; no session can be refreshed while it runs. */
  readonly scriptSeconds: number;
}

/** PostgreSQL settings for filling both tables, in addition to the default durable ones. */
const SETTINGS = [
  `alter system set max_wal_size = '4GB'`,
  `alter system set maintenance_work_mem = '256MB'`,
  'select pg_reload_conf()',
];

export async function createTables(
  { newDatabase }: Pick<Servers, 'newDatabase'>,
  rows: number,
  progress: (text: string) => void,
): Promise<Tables> {
  const plainUrl = await newDatabase('plain');
  const beside = (database: string) =>
    Object.assign(new URL(plainUrl), { pathname: `/${database}` }).href;
  const partitionedUrl = beside('partitioned');
  await (await openDatabase(plainUrl)).close();
  for (const setting of SETTINGS) await queryPostgres(plainUrl, setting);
  await queryPostgres(plainUrl, 'alter database plain set synchronous_commit = off');
  progress(`filling a table with ${number(rows)} sessions`);
  const filling = await fillSessions(plainUrl, rows, (filled) =>
    progress(`${number(filled)} sessions`),
  );
  await queryPostgres(plainUrl, 'alter database plain reset synchronous_commit');

  progress('copying the database, and partitioning the copy');
  await queryPostgres(
    beside('postgres'),
    'create database partitioned template plain strategy file_copy',
  );
  const began = performance.now();
  await runScript(partitionedUrl, partitionScript());
  const scriptSeconds = (performance.now() - began) / 1000;
  progress('vacuum');
  for (const url of [plainUrl, partitionedUrl])
    await queryPostgres(url, 'vacuum (analyze) latchkey_sessions');
  await queryPostgres(plainUrl, 'checkpoint');
  return { plainUrl, partitionedUrl, filling, scriptSeconds };
}

/** Returns the names of the tables that hold the sessions: the table itself, or its partitions. */
export async function partsOf(url: string): Promise<string[]> {
  const text = `select array_agg(relname::text) as parts from pg_class where relkind = 'r' and relname ~ '^latchkey_sessions(_p[0-9]+)?$'`;
  return (await queryPostgres(url, text)).parts as string[];
}

/** Returns the size of the session tables in bytes, indexes included. */
export async function weighTable(url: string): Promise<number> {
  const { bytes } = await queryPostgres(
    url,
    'select sum(pg_total_relation_size(part::regclass))::float8 as bytes from unnest($1::text[]) as part',
    [await partsOf(url)],
  );
  return Number(bytes);
}

/**
 * Counts the updates so far, and those of them that wrote no index (HOT). Connections report their
 * counts when they end.
 */
export async function countUpdates(
  url: string,
): Promise<{ readonly updates: number; readonly hot: number }> {
  const text =
    'select sum(n_tup_upd)::float8 as updates, sum(n_tup_hot_upd)::float8 as hot from pg_stat_user_tables where relname = any($1)';
  const { updates, hot } = await queryPostgres(url, text, [await partsOf(url)]);
  return { updates: Number(updates), hot: Number(hot) };
}

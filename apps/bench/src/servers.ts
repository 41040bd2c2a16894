import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRedis } from '@latchkey/redis';
import { startPostgres, startRedis } from '@latchkey/test-services';
import { Client } from 'pg';

/**
 * The servers of a benchmark, which starts all of them: a folder for SQLite, a PostgreSQL with its
 * default durable settings, and a Redis without persistence.
 */
export interface Servers {
  readonly redisUrl: string;
  /** Returns the path of a file that does not exist yet. */
  newFile(name: string): string;
  /**
   * Creates an empty database.
   *
   * @returns the URL of the database
   */
  newDatabase(name: string): Promise<string>;
  /** Drops a database by its URL. */
  dropDatabase(url: string): Promise<void>;
  /** The folder of the files and databases. */
  readonly folder: string;
  versions(): Promise<{ readonly postgres: string; readonly redis: string }>;
  stop(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
  const [postgres, redis] = await Promise.all([
    startPostgres(),
    startRedis({ config: ['appendonly no'] }),
  ]);
  return {
    redisUrl: redis.url,
    newFile: (name) => join(folder, `${name}.db`),
    async newDatabase(name) {
      await queryPostgres(postgres.url, `create database ${name}`);
      return Object.assign(new URL(postgres.url), { pathname: `/${name}` }).href;
    },
    async dropDatabase(url) {
      await queryPostgres(postgres.url, `drop database ${new URL(url).pathname.slice(1)}`);
    },
    folder,
    async versions() {
      const { server_version } = await queryPostgres(postgres.url, 'show server_version');
      const { client, close } = await openRedis(redis.url);
      const redisVersion = /redis_version:(\S+)/.exec(await client.info('server'))?.[1] ?? '';
      await close();
      return { postgres: String(server_version), redis: redisVersion };
    },
    async stop() {
      await Promise.all([postgres.stop(), redis.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs one query on a separate connection, without the store's time limits. */
export async function queryPostgres(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Record<string, unknown>> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query(text, [...values])).rows[0] ?? {};
  } finally {
    await client.end();
  }
}

import { Redis } from 'ioredis';
import { Client } from 'pg';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';

/**
 * Environment variables with the addresses of the shared servers; the test workers inherit them. If
 * they are set before a run, they name servers that run elsewhere.
 */
const POSTGRES = 'TEST_POSTGRES_URL';
const REDIS = 'TEST_REDIS_URL';

/**
 * Number of databases of the shared Redis. Database 0 holds the counter of the assigned ones; the
 * others are for tests.
 */
const REDIS_DATABASES = 512;
const HANDED_OUT = 'test-services:handed-out';

/**
 * Settings of the shared PostgreSQL. No test kills it, so nothing has to be on disk, and vacuum is
 * off, so that one test's tables take no time from another test.
 */
const POSTGRES_SETTINGS = {
  max_connections: '500',
  fsync: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
};
const REDIS_CONFIG = ['appendonly no', `databases ${REDIS_DATABASES}`];

/** An empty database on the shared PostgreSQL. */
export interface TestDatabase {
  readonly url: string;
  readonly port: number;
  /** Returns the URL of the same database behind a proxy on another port. */
  urlAt(port: number): string;
  /** Closes the connections to the database and removes it. */
  drop(): Promise<void>;
}

/**
 * An empty database of the shared Redis. Databases do not divide channels: a subscriber is also
 * woken by what other tests publish.
 */
export interface TestRedisDatabase {
  readonly url: string;
  readonly port: number;
  /** Returns the URL of the same database behind a proxy on another port. */
  urlAt(port: number): string;
  /** Removes all keys of the database. */
  drop(): Promise<void>;
}

/**
 * Starts the PostgreSQL and the Redis that the tests of a run share.
 *
 * @returns a function that stops them
 */
export async function startShared(): Promise<() => Promise<void>> {
  const postgres = process.env[POSTGRES]
    ? null
    : await startPostgres({ settings: POSTGRES_SETTINGS });
  const redis = process.env[REDIS] ? null : await startRedis({ config: REDIS_CONFIG });
  if (postgres) process.env[POSTGRES] = postgres.url;
  if (redis) process.env[REDIS] = redis.url;
  return async () => {
    await postgres?.stop();
    await redis?.stop();
  };
}

let databases = 0;

export async function testDatabase(): Promise<TestDatabase> {
  const server = address(POSTGRES);
  const name = `test_${process.pid}_${databases++}`;
  await onPostgres(server, `create database ${name} template template0`);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  return {
    ...addressesOf(url),
    drop: () => onPostgres(server, `drop database ${name} with (force)`),
  };
}

export async function testRedis(): Promise<TestRedisDatabase> {
  const server = address(REDIS);
  const number = await onRedis(
    server,
    async (client) => 1 + ((await client.incr(HANDED_OUT)) % (REDIS_DATABASES - 1)),
  );
  const url = `${server}/${number}`;
  return {
    ...addressesOf(url),
    drop: () => onRedis(url, async (client) => void (await client.flushdb())),
  };
}

const addressesOf = (url: string) => ({
  url,
  port: Number(new URL(url).port),
  urlAt: (port: number) => Object.assign(new URL(url), { port: String(port) }).href,
});

function address(variable: string): string {
  const url = process.env[variable];
  if (!url)
    throw new Error(
      `${variable} is not set: name this file *.process.test.ts, so that the shared servers are started for it.`,
    );
  return url;
}

async function onPostgres(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function onRedis<Result>(
  url: string,
  work: (client: Redis) => Promise<Result>,
): Promise<Result> {
  const client = new Redis(url);
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

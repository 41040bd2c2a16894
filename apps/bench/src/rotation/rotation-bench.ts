import { type SessionStore, shardOfSession } from '@latchkey/core';
import { openRedis, type RedisClient, redisSessionStore } from '@latchkey/redis';
import { openDatabase, sqlSessionStore } from '@latchkey/sql';
import { type Comparison, type Contestant, compare, type Pace, repeat } from '../measure.ts';
import { queryPostgres, type Servers } from '../servers.ts';
import { rawPostgres, rawSqlite } from './raw-update.ts';
import { refreshes, sessionInUse } from './refreshes.ts';
import {
  createSessions,
  type Rotate,
  rotations,
  SESSIONS,
  throughStore,
  WRITTEN,
} from './rotations.ts';

const IN_FLIGHT = 16;
const POOL_SIZE = 10;
const FIELDS = Object.entries(WRITTEN).flat();

/**
 * Compares the store's rotation on SQLite, and then a whole refresh, with the same UPDATE through
 * the driver. One operation runs at a time, because SQLite is synchronous.
 */
export async function benchSqlite(
  { newFile }: Servers,
  pace: Pace,
): Promise<{ rotation: Comparison; refresh: Comparison }> {
  const database = await openDatabase(`file:${newFile('store')}`);
  // Uses a separate file, because two connections on one file would slow each other's checkpoints.
  const ids = await createSessionsIn(`file:${newFile('raw')}`);
  const raw = rawSqlite(newFile('raw'));
  try {
    const store = sqlSessionStore(database);
    const subject = rotations(
      'rotation through the store, SQLite',
      await createSessions(store),
      1,
      throughStore(store),
    );
    const reference = rotations('the same UPDATE through bare node:sqlite', ids, 1, raw.rotate);
    const rotation = await compare(subject, reference, pace);
    return { rotation, refresh: await compare(await wholeRefreshes(store), reference, pace) };
  } finally {
    await Promise.all([raw.close(), database.close()]);
  }
}

/**
 * Compares the store's rotation on PostgreSQL with the same UPDATE through bare `pg`, and measures
 * the share of the store's updates that were heap-only (HOT).
 */
export async function benchPostgres(
  { newDatabase }: Servers,
  pace: Pace,
): Promise<{ rotation: Comparison; hotRatio: number }> {
  const [url, rawUrl] = [await newDatabase('store'), await newDatabase('raw')];
  const ids = await createSessionsIn(rawUrl);
  const database = await openDatabase(url, { poolSize: POOL_SIZE });
  const raw = rawPostgres(rawUrl, POOL_SIZE);
  let rotation: Comparison;
  try {
    const store = sqlSessionStore(database);
    const subject = rotations(
      'rotation through the store, PostgreSQL',
      await createSessions(store),
      IN_FLIGHT,
      throughStore(store),
    );
    rotation = await compare(
      subject,
      rotations('the same UPDATE through bare pg', ids, IN_FLIGHT, raw.rotate),
      pace,
    );
  } finally {
    await Promise.all([raw.close(), database.close()]);
  }
  // At this point the store's connections have ended, so that all their counts are reported.
  const { hot } = await queryPostgres(
    url,
    `select n_tup_hot_upd::float8 / n_tup_upd as hot from pg_stat_user_tables where relname = 'latchkey_sessions'`,
  );
  return { rotation, hotRatio: Number(hot) };
}

/** Compares the store's rotation on Redis with a bare EVALSHA of its script. */
export async function benchRedis({ redisUrl }: Servers, pace: Pace): Promise<Comparison> {
  const connection = await openRedis(redisUrl);
  const { client } = await openRedis(redisUrl);
  try {
    const scripts = scriptsDefinedOn(connection.client);
    const store = redisSessionStore(connection);
    const hash = (await client.script('LOAD', scripts.get('latchkeyRotate') ?? '')) as string;
    const bare: Rotate = async (id, generation, now) => {
      const match = [generation, WRITTEN.secretHash, now, now, WRITTEN.idleExpiresAt - now];
      const changing = ['generation', generation + 1, 'deliveredAt', now, 'lastSeenAt', now];
      const reply = await client.evalsha(
        hash,
        1,
        `latchkey:v1:{${shardOfSession(id)}}:session:${id}`,
        ...match,
        ...FIELDS,
        ...changing,
      );
      return (reply as [number])[0] === 1;
    };
    const subject = rotations(
      'rotation through the store, Redis',
      await createSessions(store),
      IN_FLIGHT,
      throughStore(store),
    );
    return await compare(
      subject,
      rotations('a bare EVALSHA of the same script', await createSessions(store), IN_FLIGHT, bare),
      pace,
    );
  } finally {
    client.disconnect();
    await connection.close();
  }
}

async function wholeRefreshes(store: SessionStore): Promise<Contestant> {
  const sessions = Array.from({ length: SESSIONS }, (_, number) => sessionInUse(number, 9e15));
  for (const { record } of sessions) await store.create(record);
  const refresh = refreshes(
    store,
    sessions.map(({ held }) => held),
  );
  return {
    name: 'whole refresh, cryptography included, SQLite',
    round: (seconds) => repeat(seconds, 1, refresh),
  };
}

async function createSessionsIn(url: string): Promise<string[]> {
  const database = await openDatabase(url);
  try {
    return await createSessions(sqlSessionStore(database));
  } finally {
    await database.close();
  }
}

/** Records the Lua scripts that are defined on a client from now on, by name. */
function scriptsDefinedOn(client: RedisClient): ReadonlyMap<string, string> {
  const scripts = new Map<string, string>();
  const define = client.defineCommand.bind(client);
  client.defineCommand = (name, definition) => {
    scripts.set(name, definition.lua);
    define(name, definition);
  };
  return scripts;
}

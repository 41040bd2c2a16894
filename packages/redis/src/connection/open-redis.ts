import { available } from './availability.ts';
import { connect, connectLike, type RedisClient } from './connect.ts';
import { evictionWarnings } from './eviction.ts';
import { givenClient, type IoredisClient, targetOf } from './given-client.ts';
import { openingFault, reasonOf } from './opening-fault.ts';
import { parseRedisUrl, type RedisTarget } from './redis-url.ts';

/** An open Redis, known to run scripts and to accept writes. */
export interface RedisConnection {
  readonly client: RedisClient;
  /** A text for messages: names this Redis, never its password. */
  readonly description: string;
  /** Settings that endanger sessions later, one sentence each with the fix. */
  readonly warnings: readonly string[];
  /**
   * Runs commands of the client, with a bound of two seconds.
   *
   * @throws StoreUnavailableError when Redis cannot answer
   */
  run<T>(commands: () => Promise<T>): Promise<T>;
  /**
   * Writes a key to see whether Redis answers. On a cluster one master that answers is enough.
   *
   * @throws StoreUnavailableError
   */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** The time limit of opening; a server that is still loading its data needs a while. */
const OPENING_MS = 5_000;

/** A script that writes like the store's scripts: if it runs, they run. */
const PROBE = `
  redis.call('HSET', KEYS[1], 'proved', '1')
  return redis.call('PEXPIRE', KEYS[1], 1000)
`;
/**
 * How many keys are written, each in a different slot: very likely each master of a cluster has
 * one of them.
 */
const PROBES = 32;

/**
 * Opens the Redis that a URL or a client names, and proves that it can run the session store's
 * scripts.
 *
 * @param source `redis://[user:password@]host:port[/db]`, `redis+cluster://…host:port,host:port` or
 *   `redis+sentinel://…host:port,host:port/master-name`; `rediss` in place of `redis` means TLS.
 *   Or your own `Redis` or `Cluster` of ioredis: a connection beside it is opened with its address
 *   and credentials, and without its `keyPrefix`. It is never changed or closed
 * @throws Error in one sentence that names the fault and the fix
 * @example
 * import { openRedis, redisSessionStore } from '@latchkey/redis';
 *
 * const redis = await openRedis('rediss://user:secret@cache.internal:6380');
 * for (const warning of redis.warnings) console.warn(warning);
 * const store = redisSessionStore(redis);
 */
export async function openRedis(source: string | IoredisClient): Promise<RedisConnection> {
  const given = typeof source === 'string' ? null : givenClient(source);
  const target = typeof source === 'string' ? parseRedisUrl(source) : targetOf(source);
  const client = given ? connectLike(given) : connect(target);
  const { description } = target;
  const written = (probes: number) =>
    Array.from({ length: probes }, (_, number) =>
      client.eval(PROBE, 1, `latchkey:v1:{probe-${number}}:probe`),
    );
  try {
    await connected(client);
    const refusals = await refused(written(PROBES));
    if (target.kind !== 'cluster' && refusals.length > 0) throw refusals[0];
    // Warns instead of failing: a part of a cluster can still serve its users; a node that refuses
    // to start serves none.
    const partly = refusals
      .slice(0, 1)
      .map((reason) => `In part, ${openingFault(description, reason, target.password)}`);
    return {
      client,
      description,
      warnings: [...partly, ...(await evictionWarnings(client, description))],
      run: (commands) => available(client, commands),
      check: () =>
        available(
          client,
          async () => void (await Promise.any(written(target.kind === 'cluster' ? PROBES : 1))),
        ),
      close: async () => client.disconnect(),
    };
  } catch (error) {
    client.disconnect();
    // The cause is left out, because ioredis may have put the password into it.
    throw new Error(openingFault(description, await reasonBehind(error, target), target.password));
  }
}

/**
 * Waits until the client is ready, at a later attempt too: a cluster makes another one when its
 * first node is unreachable.
 */
async function connected(client: RedisClient): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error('it was not ready in time')), OPENING_MS);
  client.once('ready', resolve);
  // Rejects with the first error, such as a refused SELECT. The promise of connecting reports only
  // that the connection was closed.
  client.once('error', reject);
  try {
    client.connect().catch(reject);
    await promise;
  } finally {
    clearTimeout(timer);
    client.off('ready', resolve);
    client.off('error', reject);
  }
}

/**
 * Finds the reason of a failed opening. For a cluster or Sentinels ioredis reports only that the
 * connection was closed; a plain connection to the first of them gives the reason.
 */
async function reasonBehind(error: unknown, target: RedisTarget): Promise<unknown> {
  if (
    target.addresses.length === 0 ||
    target.kind === 'single' ||
    !/Connection is closed/.test(reasonOf(error))
  )
    return error;
  const first = connect({
    ...target,
    kind: 'single',
    addresses: target.addresses.slice(0, 1),
    username: undefined,
    password: undefined,
  });
  try {
    await connected(first);
    return error;
  } catch (reason) {
    return reason instanceof Error && reason.name === 'ReplyError' ? error : reason;
  } finally {
    first.disconnect();
  }
}

/**
 * Waits for all attempts, and returns the reasons of those that failed.
 *
 * @throws the first reason if all failed
 */
async function refused(attempts: readonly Promise<unknown>[]): Promise<unknown[]> {
  const results = await Promise.allSettled(attempts);
  const reasons = results
    .filter((result) => result.status === 'rejected')
    .map(({ reason }) => reason);
  if (reasons.length === results.length) throw reasons[0];
  return reasons;
}

import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import type { RedisTarget } from './redis-url.ts';

/** A client of one server (which Sentinel may name), or of a cluster. */
export type RedisClient = Redis | Cluster;

/** The time limit for connecting, and for silence on a connection with a command under way. */
const SILENCE_MS = 2_000;
/** The longest pause between two attempts to reconnect. */
const LONGEST_PAUSE_MS = 500;

const pauseBefore = (attempt: number) => Math.min(attempt * 50, LONGEST_PAUSE_MS);

/** The limits of every connection, whatever an app's own client has. */
const LIMITS = {
  lazyConnect: true,
  // RESP2 suffices, and needs no HELLO command, which some users may not run.
  protocol: 2,
  connectTimeout: SILENCE_MS,
  // Without this limit, a connection that broke silently would be written to for a quarter of an
  // hour.
  socketTimeout: SILENCE_MS,
  maxRetriesPerRequest: 0,
  maxLoadingRetryTime: LONGEST_PAUSE_MS,
} satisfies RedisOptions;

const CLUSTER_LIMITS = {
  lazyConnect: true,
  clusterRetryStrategy: pauseBefore,
  slotsRefreshTimeout: SILENCE_MS,
  retryDelayOnFailover: 0,
  retryDelayOnClusterDown: 0,
} satisfies ClusterOptions;

/** The form of keys and replies that the scripts expect. */
const FORM = {
  keyPrefix: '',
  stringNumbers: false,
  readOnly: false,
  enableAutoPipelining: false,
} satisfies RedisOptions;

/**
 * Creates a client that is not connected yet. It reconnects whenever a connection breaks, and each
 * wait is bounded. A command under way then is refused and not sent again: it may have run, and its
 * caller can find out.
 */
export function connect({
  kind,
  addresses,
  tls,
  username,
  password,
  db,
  master,
}: RedisTarget): RedisClient {
  const options = {
    ...LIMITS,
    username,
    password,
    ...(tls ? { tls: {} } : {}),
  } satisfies RedisOptions;
  return reconnecting((strategy) => {
    if (kind === 'cluster')
      return new Cluster([...addresses], {
        ...CLUSTER_LIMITS,
        redisOptions: options,
        // Host names are not resolved, because TLS certificates are issued for the names.
        dnsLookup: (host, done) => done(null, host),
      });
    if (kind === 'single') return new Redis({ ...options, ...strategy, ...addresses[0], db });
    return new Redis({
      ...options,
      ...strategy,
      sentinels: [...addresses],
      name: master,
      sentinelCommandTimeout: SILENCE_MS,
      sentinelRetryStrategy: pauseBefore,
      // Sentinels commonly have the servers' password; Sentinels without one accept any for this
      // user.
      ...(password === undefined
        ? {}
        : { sentinelUsername: 'default', sentinelPassword: password }),
      ...(tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
    });
  });
}

/**
 * Creates a client like {@link connect}, with the address and the credentials of an app's own
 * client, which is left alone.
 */
export const connectLike = (given: RedisClient): RedisClient =>
  reconnecting((strategy) =>
    given.isCluster
      ? (given as Cluster).duplicate([], {
          ...CLUSTER_LIMITS,
          ...FORM_OF_CLUSTER,
          redisOptions: { ...LIMITS, ...FORM },
        })
      : (given as Redis).duplicate({ ...LIMITS, ...FORM, ...strategy }),
  );

const FORM_OF_CLUSTER = {
  keyPrefix: '',
  scaleReads: 'master',
  enableAutoPipelining: false,
} satisfies ClusterOptions;

type Strategy = Pick<RedisOptions, 'enableOfflineQueue' | 'retryStrategy' | 'reconnectOnError'>;

/** Creates a client that finds the new master after a failover. */
function reconnecting(create: (strategy: Strategy) => RedisClient): RedisClient {
  let isLeaving = false;
  /**
   * Whether a server refused a write as a replica. After a failover the old master is one: the
   * client looks for the new master, once for all refused commands.
   */
  const isDemoted = (error: Error): boolean => {
    if (isLeaving || !/\bREADONLY\b/.test(error.message)) return false;
    isLeaving = true;
    return true;
  };
  const client = create({
    enableOfflineQueue: false,
    retryStrategy: pauseBefore,
    reconnectOnError: isDemoted,
  });
  client.on('ready', () => {
    isLeaving = false;
  });
  // Errors are ignored here, because the commands that fail report them.
  client.on('error', () => {});
  return client;
}

import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisTarget } from './redis-url.ts';

/** A client for one server (which Sentinel may name), or for a cluster. */
export type RedisClient = Redis | Cluster;

/** How long connecting, and any silence on a connection that owes an answer, may last. */
const SILENCE_MS = 2_000;
/** The longest pause between two attempts to reach a server that is gone. */
const LONGEST_PAUSE_MS = 500;

const pauseBefore = (attempt: number) => Math.min(attempt * 50, LONGEST_PAUSE_MS);

/**
 * A client that is not connected yet. It reconnects by itself for ever, and every single wait is
 * bounded. What was on its way when a connection broke is refused and not sent again: it may have
 * been carried out, and the caller knows how to ask.
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
    lazyConnect: true,
    // RESP2 is all that is needed, and asks for no HELLO, which some users may not say.
    protocol: 2,
    connectTimeout: SILENCE_MS,
    // Without it a connection that broke without a word would be written to for a quarter of an
    // hour.
    socketTimeout: SILENCE_MS,
    maxRetriesPerRequest: 0,
    maxLoadingRetryTime: LONGEST_PAUSE_MS,
    username,
    password,
    ...(tls ? { tls: {} } : {}),
  } satisfies RedisOptions;
  const reconnecting = {
    ...options,
    enableOfflineQueue: false,
    retryStrategy: pauseBefore,
    reconnectOnError: isDemoted,
  } satisfies RedisOptions;
  let isLeaving = false;
  const client = { single, cluster, sentinel }[kind]();
  client.on('ready', () => {
    isLeaving = false;
  });
  // An outage is reported by the verbs that meet it.
  client.on('error', () => {});
  return client;

  /**
   * After a failover the old master is a replica: the client looks for the new one, once for all
   * whom the old one turns away.
   */
  function isDemoted(error: Error): boolean {
    if (isLeaving || !/\bREADONLY\b/.test(error.message)) return false;
    isLeaving = true;
    return true;
  }

  function single(): RedisClient {
    return new Redis({ ...reconnecting, ...addresses[0], db });
  }

  function cluster(): RedisClient {
    return new Cluster([...addresses], {
      redisOptions: options,
      lazyConnect: true,
      clusterRetryStrategy: pauseBefore,
      slotsRefreshTimeout: SILENCE_MS,
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      // Names stay names: TLS certificates are issued for them.
      dnsLookup: (host, done) => done(null, host),
    });
  }

  function sentinel(): RedisClient {
    return new Redis({
      ...reconnecting,
      sentinels: [...addresses],
      name: master,
      sentinelCommandTimeout: SILENCE_MS,
      sentinelRetryStrategy: pauseBefore,
      // Sentinels commonly share the servers' password; those without one accept any for this user.
      ...(password === undefined
        ? {}
        : { sentinelUsername: 'default', sentinelPassword: password }),
      ...(tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
    });
  }
}

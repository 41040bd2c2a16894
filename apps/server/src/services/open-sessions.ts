import type { Clock, RevocationFeed, SessionStore } from '@latchkey/core';
import {
  durableRevocations,
  layeredFeed,
  openRedis,
  redisRevocationFeed,
  redisSessionStore,
} from '@latchkey/redis';
import {
  type SqlDatabase,
  type SqlRevocationLog,
  sqlRevocationLog,
  sqlSessionStore,
} from '@latchkey/sql';
import type { Env } from '../config/env.ts';
import type { Counters } from '../features/limits/counters.ts';
import { redisCounters } from '../features/limits/redis-counters.ts';
import { sqlCounters } from '../features/limits/sql-counters.ts';
import type { Logger } from '../process/log.ts';
import { appTables } from './app-database.ts';

/** The session store and the revocation feed, in the database or in Redis. */
export interface Sessions {
  readonly store: SessionStore;
  /** Where the data is stored, in words for the operator. */
  readonly description: string;
  readonly revocations?: SqlRevocationLog;
  counters(clock: Clock): Counters;
  /**
   * Layers a faster revocation feed over the database's, if there is one. The database's feed stays
   * authoritative.
   */
  makeFaster(
    feed: RevocationFeed,
    options: { readonly clock: Clock; readonly keepSeconds: number },
  ): RevocationFeed;
  /** Checks the stores; rejects when one cannot answer. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the session store that `REDIS_URL` and `DATABASE_URL` select.
 *
 * @throws Error with one sentence that names the fault and its fix
 */
export async function openSessions(
  { redisUrl }: Env,
  database: SqlDatabase,
  logger: Logger,
): Promise<Sessions> {
  if (redisUrl !== null) return sessionsInRedis(redisUrl, database, logger);
  return {
    store: sqlSessionStore(database),
    description: database.description,
    counters: (clock) => sqlCounters(appTables(database), clock),
    check: database.check,
    makeFaster: (feed) => feed,
    close: async () => {},
  };
}

/**
 * Stores sessions in Redis. Revocations are also written to the database, so that a loss of Redis
 * never revives a session.
 */
async function sessionsInRedis(
  url: string,
  database: SqlDatabase,
  logger: Logger,
): Promise<Sessions> {
  const redis = await openRedis(url);
  for (const warning of redis.warnings) logger.warn({ event: 'redis.warning', warning });
  const revocations = sqlRevocationLog(database);
  return {
    store: durableRevocations(redisSessionStore(redis), revocations, database.afterCommit),
    revocations,
    counters: (clock) => redisCounters(redis, clock),
    description: `${redis.description} for sessions, ${database.description} for the rest`,
    check: async () => void (await Promise.all([redis.check(), database.check()])),
    makeFaster: (feed, options) =>
      layeredFeed(
        feed,
        redisRevocationFeed(redis, {
          ...options,
          afterCommit: database.afterCommit,
          onFault: (error) =>
            logger.warn({
              event: 'feed.slow',
              err: error,
              meaning: 'nodes receive revocations from the database, within a second',
            }),
        }),
        options.clock,
      ),
    close: redis.close,
  };
}

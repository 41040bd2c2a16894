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

/** Where sessions live. */
export interface Sessions {
  readonly store: SessionStore;
  /** For people: where things are kept. */
  readonly description: string;
  readonly revocations?: SqlRevocationLog;
  counters(clock: Clock): Counters;
  /** The database's feed is the truth; where there is something quicker, it is told too. */
  makeFaster(
    feed: RevocationFeed,
    options: { readonly clock: Clock; readonly keepSeconds: number },
  ): RevocationFeed;
  /** Rejects when a store cannot answer. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** @throws Error in one sentence that says what is wrong and how to mend it */
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

/** Revocations go to the database too, so that losing Redis never brings a session back. */
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
              meaning: 'nodes hear of revocations from the database, within a second',
            }),
        }),
        options.clock,
      ),
    close: redis.close,
  };
}

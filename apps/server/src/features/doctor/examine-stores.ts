import { existsSync } from 'node:fs';
import { type Clock, systemClock } from '@latchkey/core';
import { collectFindings, type Finding } from '@latchkey/doctor';
import { openRedis } from '@latchkey/redis';
import { readDatabaseTime } from '@latchkey/sql';
import type { Env } from '../../config/env.ts';
import { openAppDatabase, pendingAppMigrations } from '../../services/app-database.ts';

const SKEW_SECONDS = 5;

/** Checks the stores. Writes nothing, and changes no schema. */
export async function examineStores(
  { databaseUrl, database, redisUrl }: Env,
  clock: Clock = systemClock,
): Promise<Finding[]> {
  const { found, fault, warning } = collectFindings();
  /** A missing SQLite file is no finding, because the server creates it. */
  const exists =
    databaseUrl !== 'memory:' &&
    (!databaseUrl.startsWith('file:') || existsSync(databaseUrl.slice('file:'.length)));
  try {
    if (exists) {
      const pending = await pendingAppMigrations(databaseUrl);
      if (pending.length > 0)
        warning(
          'migrations-pending',
          `the database lacks ${pending.map(({ name }) => name).join(', ')}`,
          'the next server that starts migrates it, and older servers that still run may then fail',
          'run npm run cli -- migrate at a quiet time; --dry-run prints the SQL',
        );
      else
        for (const told of await warningsOf(databaseUrl, database))
          warning(
            'database-polled',
            told,
            'a sign-out reaches the other nodes half a second later',
            'set DATABASE_LISTEN_URL, or leave it so',
          );
      const skewSeconds = Math.round(((await readDatabaseTime(databaseUrl)) - clock.now()) / 1000);
      if (Math.abs(skewSeconds) > SKEW_SECONDS)
        warning(
          'clock-database',
          `the database’s clock is ${Math.abs(skewSeconds)} s ${skewSeconds > 0 ? 'ahead of' : 'behind'} this machine’s`,
          'the server follows the database’s clock, so the times in its log differ from other programs’ logs',
          'synchronize both by NTP',
        );
    }
  } catch (error) {
    const { message } = error as Error;
    if (/newer than this program/.test(message))
      fault(
        'schema-newer',
        message,
        'this program does not know the schema, and will not start',
        'update the program',
      );
    else if (/older version|half migrated|did not make/.test(message))
      fault(
        'schema-unusable',
        message,
        'the server does not start with this database',
        'do what the message says: restore a whole backup, rename, or use another database',
      );
    else
      fault(
        'store-unreachable',
        message,
        'the server cannot start without this store',
        'start the database, and check DATABASE_URL',
      );
  }
  if (redisUrl === null) return found;
  try {
    const redis = await openRedis(redisUrl);
    for (const told of redis.warnings)
      warning(
        'redis-unfit',
        told,
        'sessions would be lost, and their users signed out',
        'change this setting of Redis',
      );
    await redis.close();
  } catch (error) {
    fault(
      'redis-unreachable',
      (error as Error).message,
      'the server cannot start without this store',
      'start Redis, and check REDIS_URL',
    );
  }
  return found;
}

/** Opens the database as the server does, without a change, and returns its warnings. */
async function warningsOf(url: string, options: Env['database']): Promise<readonly string[]> {
  const opened = await openAppDatabase(url, { ...options, migrate: false });
  await opened.close();
  return opened.warnings;
}

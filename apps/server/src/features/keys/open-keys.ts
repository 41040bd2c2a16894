import { type Clock, type OptionFault, parseSessionOptions } from '@latchkey/core';
import {
  type DatabaseKeys,
  databaseKeys,
  derivedKeys,
  KEY_PURPOSES,
  type KeyDates,
  type KeyLifetimes,
  type KeySource,
  keyLifetimes,
  parseKeySet,
  type RotationSchedule,
  rotationSchedule,
  staticKeys,
  type WatchedKeys,
  watchKeys,
} from '@latchkey/keys';
import { type SqlDatabase, sqlKeyTable } from '@latchkey/sql';
import type { Env } from '../../config/env.ts';
import type { Logger } from '../../process/log.ts';
import { fileKeys, withDerived } from './file-keys.ts';

/** The server's keys, which follow the changes of their source. */
export interface Keys extends WatchedKeys {
  readonly schedule: RotationSchedule;
  readonly lifetimes: KeyLifetimes;
  /**
   * The keys in the database; null if the keys come from a file or the environment and cannot be
   * changed here.
   */
  readonly stored: DatabaseKeys | null;
}

export interface OpenKeysOptions {
  readonly secrets: readonly string[];
  readonly database: SqlDatabase;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Opens the key source of `KEY_SOURCE` and follows its changes.
 *
 * @throws OptionsError naming each invalid key; StoreUnavailableError
 */
export async function openKeys(
  env: Env,
  { secrets, database, clock, logger }: OpenKeysOptions,
): Promise<Keys> {
  const schedule = rotationSchedule(env.keyRotationSeconds);
  const lifetimes = keyLifetimes(parseSessionOptions(env.session));
  const onUnreadable = ({ kid, purpose }: KeyDates, [fault]: readonly OptionFault[]) => {
    if (fault)
      logger.error({
        event: 'keys.refused',
        kid,
        purpose,
        fix: `${fault.option} ${fault.fix}. The key is not used: delete its row from the table latchkey_keys`,
      });
    else
      logger.warn({
        event: 'keys.unreadable',
        kid,
        purpose,
        fix: 'LATCHKEY_SECRET was replaced: list the old secret after the new one, or the tokens of this key are refused',
      });
  };
  const stored =
    env.keySource.kind === 'database'
      ? databaseKeys({
          table: sqlKeyTable(database),
          secrets,
          algorithm: env.algorithm,
          clock,
          onUnreadable,
        })
      : null;
  await stored?.begin();
  const followed = await watchKeys({
    source: stored ?? sourceOf(env, secrets),
    lifetimes,
    clock,
    reloadSeconds: schedule.reloadSeconds,
    onEvent(event) {
      if (event.kind === 'keys.changed')
        logger.info({ event: event.kind, added: event.added, removed: event.removed });
      else
        logger.warn({
          event: event.kind,
          err: event.error,
          fix: 'the last valid keys stay in use',
        });
    },
  });
  return { ...followed, schedule, lifetimes, stored };
}

function sourceOf({ keySource, algorithm, jwtKeys }: Env, secrets: readonly string[]): KeySource {
  if (keySource.kind === 'file') return fileKeys(keySource.path, secrets);
  if (jwtKeys !== null) return staticKeys(withDerived(parseKeySet(jwtKeys), secrets));
  if (algorithm !== 'HS256')
    throw new Error(`Keys for ${algorithm} cannot be derived from LATCHKEY_SECRET: set JWT_KEYS.`);
  return staticKeys(KEY_PURPOSES.flatMap((purpose) => derivedKeys(secrets, purpose)));
}

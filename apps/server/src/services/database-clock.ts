import { type Clock, steadyClock, systemClock } from '@latchkey/core';
import { followStoreClock, type SqlDatabase, type StoreClock } from '@latchkey/sql';
import type { Logger } from '../process/log.ts';

/**
 * Makes all nodes follow one clock: the database's, even where sessions are stored in Redis, whose
 * servers may differ.
 */
export function followDatabase(
  { readTime }: SqlDatabase,
  logger: Logger,
): Promise<Clock & Pick<StoreClock, 'close'>> {
  return followStoreClock({
    readStoreTime: readTime,
    local: steadyClock,
    wall: systemClock,
    onCorrection: ({ kind, bySeconds }) =>
      logger.warn({ event: kind, bySeconds, fix: 'set the clock of this machine by NTP' }),
  });
}

import { inPacedSteps, type PurgeOptions, purgeExpired, type SessionStore } from '@latchkey/core';

/** Seconds for which an expired session is kept, so that its browser can learn why it ended. */
export const KEEP_EXPIRED_SECONDS = 86_400;

/** Seconds for which a receipt is kept, so that support can still tell why the session ended. */
export const KEEP_RECEIPTS_SECONDS = 90 * 86_400;

export interface PurgeDependencies {
  readonly store: Pick<SessionStore, 'purge'>;
  /** Purges revocations; only where sessions are stored outside SQL. */
  readonly revocations?: { purge(expiredBy: number, limit: number): Promise<number> } | undefined;
  /** Purges counters of recent attempts. */
  readonly counters?: { purge(expiredBy: number, limit: number): Promise<number> } | undefined;
  /** Purges notices of the revocation feed. */
  readonly notices?: { purge(expiredBy: number, limit: number): Promise<number> } | undefined;
  /** Purges the receipts of ended sessions. */
  readonly receipts?: { purge(expiredBy: number, limit: number): Promise<number> } | undefined;
}

/**
 * Deletes sessions and other records that expired at or before a time, in small steps with pauses.
 *
 * @returns how many sessions were deleted
 */
export async function purgeSessions(
  { store, counters, revocations, notices, receipts }: PurgeDependencies,
  expiredBy: number,
  options: PurgeOptions = {},
): Promise<number> {
  const removed = await purgeExpired(store, expiredBy, options);
  const { goOn = () => true } = options;
  for (const expired of [revocations, notices, receipts, counters])
    await inPacedSteps(
      async (limit) =>
        expired !== undefined &&
        (await expired.purge(expiredBy, limit)) === limit &&
        (await goOn(removed)),
      options,
    );
  return removed;
}

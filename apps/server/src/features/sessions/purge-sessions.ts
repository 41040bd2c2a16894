import { setTimeout as pause } from 'node:timers/promises';
import type { SessionStore } from '@latchkey/core';

/**
 * Number of sessions deleted in one step, and the pause between steps, so that refreshes are not
 * delayed.
 */
const STEP = 100;
const PAUSE_MS = 5;
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
 * @param goOn called between steps with the number of sessions deleted so far; false stops
 * @returns how many sessions were deleted
 */
export async function purgeSessions(
  { store, counters, revocations, notices, receipts }: PurgeDependencies,
  expiredBy: number,
  goOn: (removed: number) => boolean | Promise<boolean>,
): Promise<number> {
  let removed = 0;
  let after: string | null = null;
  do {
    const step: Awaited<ReturnType<SessionStore['purge']>> = await store.purge(
      expiredBy,
      STEP,
      after,
    );
    removed += step.removed;
    after = step.next;
    await pause(PAUSE_MS);
  } while (after !== null && (await goOn(removed)));
  for (const expired of [revocations, notices, receipts, counters])
    while (expired && (await expired.purge(expiredBy, STEP)) === STEP && (await goOn(removed)))
      await pause(PAUSE_MS);
  return removed;
}

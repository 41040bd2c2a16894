import { setTimeout as pause } from 'node:timers/promises';
import type { SessionStore } from '@latchkey/core';

/** Sessions per step, and the pause between steps, so that refreshes are not delayed. */
const STEP = 100;
const PAUSE_MS = 5;
/** An expired session is kept for a day, so that its browser can learn why it ended. */
export const KEEP_EXPIRED_SECONDS = 86_400;

/**
 * A receipt is kept for three more months, so that support can still tell why the session ended.
 */
export const KEEP_RECEIPTS_SECONDS = 90 * 86_400;

export interface PurgeDependencies {
  readonly store: Pick<SessionStore, 'purge'>;
  /** Only where sessions live outside SQL. */
  readonly revocations?: { purge(expiredBy: number, limit: number): Promise<number> } | undefined;
  /** Counters of recent attempts. */
  readonly counters?: { purge(expiredBy: number, limit: number): Promise<number> } | undefined;
  /** Notices of revocations. */
  readonly notices?: { purge(expiredBy: number, limit: number): Promise<number> } | undefined;
  /** Why sessions ended. */
  readonly receipts?: { purge(expiredBy: number, limit: number): Promise<number> } | undefined;
}

/**
 * Deletes what expired at or before an instant, in small steps with pauses.
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

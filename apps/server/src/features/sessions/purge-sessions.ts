import { setTimeout as pause } from 'node:timers/promises';
import type { SessionStore } from '@latchkey/core';

/** Sessions looked at in one step, and the rest between two steps: refreshes must not notice. */
const STEP = 100;
const PAUSE_MS = 5;
/** An expired session is kept for a day, so that its browser can be told what became of it. */
export const KEEP_EXPIRED_SECONDS = 86_400;

/**
 * A receipt is kept for three months more, so that support can still say what became of the
 * session.
 */
export const KEEP_RECEIPTS_SECONDS = 90 * 86_400;

export interface PurgeDependencies {
  readonly store: Pick<SessionStore, 'purge'>;
  /** Only where sessions live outside SQL. */
  readonly revocations?: { purge(expiredBy: number, limit: number): Promise<number> } | undefined;
  /** Attempts of late. */
  readonly counters?: { purge(expiredBy: number, limit: number): Promise<number> } | undefined;
  /** What nodes told one another. */
  readonly notices?: { purge(expiredBy: number, limit: number): Promise<number> } | undefined;
  /** Why sessions ended. */
  readonly receipts?: { purge(expiredBy: number, limit: number): Promise<number> } | undefined;
}

/**
 * Removes what expired at or before an instant, in small steps with rests.
 *
 * @param goOn asked between steps; told how many sessions are gone so far
 * @returns how many sessions were removed
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

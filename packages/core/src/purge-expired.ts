import { inPacedSteps, type StepOptions } from './lib/paced-steps.ts';
import type { SessionStore } from './session/session-store.ts';

/** How a purge of expired sessions runs. */
export interface PurgeOptions extends StepOptions {
  /**
   * Called between two steps with the number of sessions deleted so far; false ends the purge, as
   * when another node has taken it over.
   */
  readonly goOn?: ((removed: number) => boolean | Promise<boolean>) | undefined;
}

/**
 * Deletes every session that expired at or before an instant, in small steps with pauses, so that
 * refreshes are not delayed. Stores that expire sessions by themselves, as Redis does, need no
 * purge. One node at a time is enough.
 *
 * @param expiredBy milliseconds since the epoch. An hour or a day before now keeps the reason why a
 *   session ended for its browser
 * @returns how many sessions were deleted
 * @throws StoreUnavailableError
 * @example
 * import { purgeExpired, repeat, systemClock } from '@latchkey/core';
 *
 * const purging = repeat(systemClock, 3600, () =>
 *   purgeExpired(store, systemClock.now() - 86_400_000).catch(console.error),
 * );
 * process.once('SIGTERM', () => purging.stop());
 */
export async function purgeExpired(
  store: Pick<SessionStore, 'purge'>,
  expiredBy: number,
  { goOn = () => true, ...options }: PurgeOptions = {},
): Promise<number> {
  let removed = 0;
  let after: string | null = null;
  let isFirst = true;
  await inPacedSteps(async (limit) => {
    if (!isFirst && !(await goOn(removed))) return false;
    isFirst = false;
    const step = await store.purge(expiredBy, limit, after);
    removed += step.removed;
    after = step.next;
    return after !== null;
  }, options);
  return removed;
}

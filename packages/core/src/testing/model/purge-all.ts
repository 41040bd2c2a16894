import type { SessionStore } from '../../session/session-store.ts';

/**
 * Deletes the sessions that expired at or before an instant, step by step.
 *
 * @returns how many sessions were deleted
 */
export async function purgeAll(
  store: SessionStore,
  expiredBy: number,
  limit: number,
): Promise<number> {
  let total = 0;
  let after: string | null = null;
  do {
    const step: Awaited<ReturnType<SessionStore['purge']>> = await store.purge(
      expiredBy,
      limit,
      after,
    );
    if (after !== null && step.next !== null && step.next <= after)
      throw new Error('a purge returned the same cursor twice');
    total += step.removed;
    after = step.next;
  } while (after !== null);
  return total;
}

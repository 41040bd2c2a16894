import { setTimeout as pause } from 'node:timers/promises';
import { quantile } from '../measure.ts';
import type { FilledStore } from './filled-store.ts';
import { REFRESHES_PER_SECOND } from './latency-bench.ts';
import { paced } from './paced.ts';

/**
 * Number of sessions in one step, as in the server's purge (`purgeSessions`). The server's purge
 * runs to its end; here it pauses every few seconds, to compare refreshes beside it with refreshes
 * without it.
 */
const STEP = 100;
const PAUSE_MS = 5;
const TURN_SECONDS = 3;

export interface PurgeResult {
  readonly removed: number;
  readonly perSecond: number;
  /**
   * Latencies of refreshes in milliseconds, without a purge and beside one: medians of the turns'
   * percentiles.
   */
  readonly quietP99: number;
  readonly purgingP99: number;
  /** The refresh latency during a purge divided by the latency without one. */
  readonly p99Ratio: number;
}

/**
 * Purges all sessions without a browser, for a few seconds at a time, while the other sessions are
 * refreshed.
 */
export async function benchPurge({
  backend: { store },
  expiredBy,
  refresh,
}: FilledStore): Promise<PurgeResult> {
  const turns: { readonly quiet: number; readonly purging: number }[] = [];
  let [removed, milliseconds] = [0, 0];
  let after: string | null = null;
  do {
    const quiet = await paced(
      REFRESHES_PER_SECOND,
      (started) => started < TURN_SECONDS * REFRESHES_PER_SECOND,
      refresh,
    );
    const began = performance.now();
    let isPurging = true;
    const beside = paced(REFRESHES_PER_SECOND, () => isPurging, refresh);
    do {
      const step: Awaited<ReturnType<typeof store.purge>> = await store.purge(
        expiredBy,
        STEP,
        after,
      );
      removed += step.removed;
      after = step.next;
      await pause(PAUSE_MS);
    } while (after !== null && performance.now() < began + TURN_SECONDS * 1000);
    milliseconds += performance.now() - began;
    isPurging = false;
    turns.push({ quiet: quantile(quiet, 0.99), purging: quantile(await beside, 0.99) });
  } while (after !== null);
  const median = (figure: (turn: (typeof turns)[number]) => number) =>
    quantile(turns.map(figure), 0.5);
  return {
    removed,
    perSecond: (removed / milliseconds) * 1000,
    quietP99: median(({ quiet }) => quiet),
    purgingP99: median(({ purging }) => purging),
    p99Ratio: median(({ quiet, purging }) => purging / quiet),
  };
}

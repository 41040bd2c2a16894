import { purgeExpired, type SessionStore } from '@latchkey/core';
import { quantile } from '../measure.ts';
import type { FilledStore } from './filled-store.ts';
import { REFRESHES_PER_SECOND } from './latency-bench.ts';
import { paced } from './paced.ts';

/** The purge runs in turns, to compare refreshes beside it with refreshes without it. */
const TURN_SECONDS = 6;
/** On SQLite the purge of a large store would take hours. */
const MOST_TURNS = 10;

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
 * Purges sessions without a browser, for a few seconds at a time, while the other sessions are
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
  let isComplete = false;
  /** Goes on where the turn before has stopped. */
  const rest: Pick<SessionStore, 'purge'> = {
    async purge(until, limit, given) {
      const step = await store.purge(until, limit, given ?? after);
      after = step.next;
      isComplete = after === null;
      return step;
    },
  };
  while (!isComplete && turns.length < MOST_TURNS) {
    const quiet = await paced(
      REFRESHES_PER_SECOND,
      (started) => started < TURN_SECONDS * REFRESHES_PER_SECOND,
      refresh,
    );
    const began = performance.now();
    let isPurging = true;
    const beside = paced(REFRESHES_PER_SECOND, () => isPurging, refresh);
    const signal = AbortSignal.timeout(TURN_SECONDS * 1000);
    removed += await purgeExpired(rest, expiredBy, { signal });
    milliseconds += performance.now() - began;
    isPurging = false;
    turns.push({ quiet: quantile(quiet, 0.99), purging: quantile(await beside, 0.99) });
  }
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

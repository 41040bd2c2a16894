import { quantile } from '../measure.ts';
import type { FilledStore } from './filled-store.ts';
import { paced } from './paced.ts';

export const REFRESHES_PER_SECOND = 200;
const ROUNDS = 15;
const ROUND_SECONDS = 2;

interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

/** Latencies of refreshes in milliseconds: medians of the rounds' percentiles. */
export interface Latency extends Quantiles {
  readonly sessions: number;
  /** Median latency relative to that of the first store, round by round. */
  readonly p50Ratio: number;
  readonly p99Ratio: number;
}

/** Measures whole refreshes on stores of several sizes, in turns. */
export async function benchLatency(
  stores: readonly Pick<FilledStore, 'sessions' | 'refresh'>[],
): Promise<Latency[]> {
  const load = (seconds: number, { refresh }: Pick<FilledStore, 'refresh'>) =>
    paced(REFRESHES_PER_SECOND, (started) => started < seconds * REFRESHES_PER_SECOND, refresh);
  for (const store of stores) await load(1, store);
  const rounds = stores.map((): Quantiles[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, store] of stores.entries()) {
      const latencies = await load(ROUND_SECONDS, store);
      rounds[index]?.push({ p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) });
    }
  }
  const median = (index: number, figure: (own: Quantiles, first: Quantiles) => number) => {
    const figures = (rounds[index] ?? []).map((own, round) =>
      figure(own, rounds[0]?.[round] ?? own),
    );
    return quantile(figures, 0.5);
  };
  return stores.map(({ sessions }, index) => ({
    sessions,
    p50: median(index, (own) => own.p50),
    p99: median(index, (own) => own.p99),
    p50Ratio: median(index, (own, first) => own.p50 / first.p50),
    p99Ratio: median(index, (own, first) => own.p99 / first.p99),
  }));
}

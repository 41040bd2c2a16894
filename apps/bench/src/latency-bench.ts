import type { FilledStore } from './filled-store.ts';
import { quantile } from './measure.ts';
import { paced } from './paced.ts';

export const REFRESHES_PER_SECOND = 200;
const ROUNDS = 10;
const ROUND_SECONDS = 2;

export interface Latency {
  readonly sessions: number;
  readonly p50: number;
  readonly p99: number;
}

/** Whole refreshes on stores of several sizes, in turns. */
export async function benchLatency(stores: readonly FilledStore[]): Promise<Latency[]> {
  const load = (seconds: number, { refresh }: FilledStore) => paced(REFRESHES_PER_SECOND, (started) => started < seconds * REFRESHES_PER_SECOND, refresh);
  const latencies: number[][] = stores.map(() => []);
  for (const store of stores) await load(1, store);
  for (let round = 0; round < ROUNDS; round++) for (const [index, store] of stores.entries()) latencies[index]?.push(...(await load(ROUND_SECONDS, store)));
  return stores.map(({ sessions }, index) => ({ sessions, p50: quantile(latencies[index] ?? [], 0.5), p99: quantile(latencies[index] ?? [], 0.99) }));
}

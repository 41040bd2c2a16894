import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Browser } from '@latchkey/core/testing';
import { caller } from '@latchkey/server/testing';
import { quantile } from '../measure.ts';
import type { ListCase } from './cases.ts';

/** How many rounds each case is measured, after one that warms the caches. */
const ROUNDS = 3;
/** The least number of calls in a round. */
const CALLS = 50;
/** Each input is called for so many pages, and then again for its first page. */
const PAGES = 3;

export interface ListResult {
  readonly name: string;
  /** Latencies in milliseconds, from request to answer. */
  readonly p50: number;
  readonly p99: number;
  /**
   * The longest time in milliseconds for which the event loop stood still: the median of the rounds,
   * because other load of the machine counts too.
   */
  readonly stall: number;
}

interface Page {
  readonly next: string | number | null;
}

/** Calls each case through the server's procedures, over HTTP, and measures the calls. */
export async function measureLists(
  browser: Browser,
  cases: readonly ListCase[],
  onCase: (name: string) => void,
): Promise<ListResult[]> {
  const { query } = caller(browser);
  const results: ListResult[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  for (const { name, procedure, inputs } of cases) {
    onCase(name);
    const cursor = procedure === 'admin.audit' ? 'before' : 'after';
    const latencies: number[] = [];
    const call = async (input: ListCase['inputs'][number]) => {
      const began = performance.now();
      const { data, error } = await query<Page>(procedure, input);
      latencies.push(performance.now() - began);
      if (!data) throw new Error(`${procedure} of ${JSON.stringify(input)}: ${error?.message}`);
      return data.next;
    };
    const round = async () => {
      for (const input of inputs)
        for (let page = 0, next: Page['next'] = null; page < PAGES; page++) {
          next = await call(next === null ? input : { ...input, [cursor]: next });
          if (next === null) break;
        }
    };
    await round();
    latencies.length = 0;
    const stalls: number[] = [];
    for (let rounds = 1; rounds <= ROUNDS; rounds++) {
      delay.reset();
      delay.enable();
      while (latencies.length < CALLS * rounds) await round();
      delay.disable();
      stalls.push(delay.max / 1e6);
    }
    results.push({
      name,
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      stall: quantile(stalls, 0.5),
    });
  }
  return results;
}

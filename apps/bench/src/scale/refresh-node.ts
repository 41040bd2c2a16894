import { repeat } from '../measure.ts';
import { type Held, refreshes } from '../rotation/refreshes.ts';
import { openStore } from './backends.ts';
import type { NodeFigures } from './node-bench.ts';

const WARM_UP_SECONDS = 2;
const SECONDS = 4;

/**
 * A node in a process of its own, which refreshes sessions one after another, and measures itself.
 * Its first message has the store and the browsers; each later one is a request to measure.
 */
process.once('message', async ({ url, browsers }: { url: string; browsers: readonly Held[] }) => {
  const { store, close } = await openStore(url);
  const refresh = refreshes(store, browsers);
  await repeat(WARM_UP_SECONDS, 1, refresh);
  process.on('message', async () => {
    const before = process.cpuUsage();
    const { latencies } = await repeat(SECONDS, 1, refresh);
    const { user, system } = process.cpuUsage(before);
    const figures: Omit<NodeFigures, 'storeCpu'> = {
      refreshes: latencies.length,
      cpu: (user + system) / 1e6 / latencies.length,
      rssBytes: process.memoryUsage.rss(),
    };
    process.send?.(figures);
  });
  process.once('disconnect', () => void close().finally(() => process.exit()));
  process.send?.('ready');
});

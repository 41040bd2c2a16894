import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseEnv, readEnvironment } from '../config/env.ts';
import { shutDownGracefully } from '../process/last-resort.ts';
import { startServer } from '../process/server.ts';

/** Measurements of a server process. */
export interface Measurement {
  readonly rssBytes: number;
  /** Size of the heap in bytes, after a full garbage collection. */
  readonly heapBytes: number;
  /** Number of handles that keep the process alive, such as sockets and timers. */
  readonly handles: number;
  /** 99th percentile of the timers' delay since the previous measurement, in milliseconds. */
  readonly delayP99Ms: number;
}

const RESOLUTION_MS = 5;

/**
 * The real server, which answers each message of the process that started it with a {@link
 * Measurement}. Needs `--expose-gc`.
 */
shutDownGracefully(await startServer(parseEnv(readEnvironment())));
const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
histogram.enable();
process.on('message', () => {
  /** The delay is read before the garbage collection, which delays timers itself. */
  const delayP99Ms = Math.max(0, histogram.percentile(99) / 1e6 - RESOLUTION_MS);
  const rssBytes = process.memoryUsage.rss();
  globalThis.gc?.();
  const measurement: Measurement = {
    rssBytes,
    heapBytes: process.memoryUsage().heapUsed,
    handles: process.getActiveResourcesInfo().length,
    delayP99Ms,
  };
  setImmediate(() => histogram.reset());
  process.send?.(measurement);
});

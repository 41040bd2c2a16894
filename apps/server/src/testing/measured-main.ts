import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseEnv, readEnvironment } from '../config/env.ts';
import { shutDownGracefully } from '../process/last-resort.ts';
import { startServer } from '../process/server.ts';

/** What a server process says of itself. */
export interface Measurement {
  readonly rssBytes: number;
  /** After a full collection. */
  readonly heapBytes: number;
  /** Sockets, timers and whatever else keeps a process alive. */
  readonly handles: number;
  /** How late timers were since the measurement before, 99th percentile. */
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
  /** Before the collection, which stands in the way itself. */
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

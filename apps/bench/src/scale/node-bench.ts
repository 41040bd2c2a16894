import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FilledStore } from './filled-store.ts';

const MAIN = fileURLToPath(new URL('./refresh-node.ts', import.meta.url));

/** The cost of whole refreshes without HTTP, on a node in a process of its own. */
export interface NodeFigures {
  readonly refreshes: number;
  /** CPU seconds of the node for one refresh; with SQLite those of the store are among them. */
  readonly cpu: number;
  /** CPU seconds of the store's server for one refresh; null if it has none. */
  readonly storeCpu: number | null;
  /** Resident memory of the node in bytes, after its refreshes. */
  readonly rssBytes: number;
}

/** Measures the processor time and the memory of a node that refreshes sessions of a store. */
export async function benchNode({
  backend: { url, cpuSeconds },
  browsers,
}: Pick<FilledStore, 'backend' | 'browsers'>): Promise<NodeFigures> {
  const node = fork(MAIN, { execArgv: process.execArgv });
  const ended = once(node, 'exit');
  const failed = ended.then(([code]) => {
    throw new Error(`the node ended with exit code ${code}`);
  });
  const reply = async () => (await Promise.race([once(node, 'message'), failed]))[0];
  try {
    node.send({ url, browsers });
    await reply();
    const before = await cpuSeconds();
    node.send('measure');
    const figures = (await reply()) as Omit<NodeFigures, 'storeCpu'>;
    const after = await cpuSeconds();
    const storeCpu =
      before === null || after === null ? null : (after - before) / figures.refreshes;
    return { ...figures, storeCpu };
  } finally {
    failed.catch(() => {});
    if (node.connected) node.disconnect();
    await ended;
  }
}

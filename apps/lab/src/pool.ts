import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { addTally, emptyTally, type Job, type Tally } from './job.ts';

const CHUNK = 25;

/** Runs jobs on several threads. The results do not depend on the number of threads. */
export interface Pool {
  run(job: Job): Promise<Tally>;
  close(): Promise<void>;
}

export function startPool(threads: number): Pool {
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL('./lab-worker.ts', import.meta.url)),
  );
  const idle = [...workers];
  const waiting: ((worker: Worker) => void)[] = [];

  async function runChunk(job: Job): Promise<Tally> {
    const worker = idle.pop() ?? (await new Promise<Worker>((resolve) => waiting.push(resolve)));
    try {
      worker.postMessage(job);
      const [tally] = (await once(worker, 'message')) as [Tally];
      return tally;
    } finally {
      const next = waiting.shift();
      if (next) next(worker);
      else idle.push(worker);
    }
  }

  return {
    async run(job) {
      const chunks = Array.from({ length: Math.ceil(job.seeds.length / CHUNK) }, (_, index) =>
        job.seeds.slice(index * CHUNK, (index + 1) * CHUNK),
      );
      const tallies = await Promise.all(chunks.map((seeds) => runChunk({ ...job, seeds })));
      return tallies.reduce(addTally, emptyTally());
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

import type { Clock } from '@latchkey/core';
import type { Leases } from '@latchkey/sql';
import type { Logger } from './log.ts';

/** Work that has to be done now and then, by one node for all. */
export interface Job {
  readonly name: string;
  readonly everySeconds: number;
  /** @param keep prolongs the lease; call it between steps. False when another node has taken over: stop then */
  run(keep: () => Promise<boolean>): Promise<void>;
}

/** A node that dies in the middle of a job holds the others up for this long. */
const LEASE_SECONDS = 60;

/** Runs each job in its rhythm where no other node is at it. A job that fails is logged and comes again. */
export function startJobs(jobs: readonly Job[], { leases, clock, logger }: { leases: Leases; clock: Clock; logger: Logger }): { stop(): Promise<void> } {
  const node = crypto.randomUUID();
  const running = new Set<Promise<void>>();
  let stopped = false;

  async function runOnce({ name, run }: Job): Promise<void> {
    const keep = () => (stopped ? Promise.resolve(false) : leases.take(name, node, clock.now(), clock.now() + LEASE_SECONDS * 1000));
    try {
      if (!(await keep())) return;
      await run(keep).finally(() => leases.release(name, node));
    } catch (error) {
      logger.warn({ event: 'job.failed', job: name, err: error });
    }
  }

  const timers = jobs.map((job) => {
    let busy = false;
    const tick = () => {
      if (busy) return;
      busy = true;
      const work = runOnce(job).finally(() => {
        busy = false;
        running.delete(work);
      });
      running.add(work);
    };
    return setInterval(tick, job.everySeconds * 1000).unref();
  });

  return {
    async stop() {
      stopped = true;
      timers.forEach(clearInterval);
      await Promise.all(running);
    },
  };
}

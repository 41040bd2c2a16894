import { type Clock, repeat } from '@latchkey/core';
import type { Leases } from '../features/jobs/leases.ts';
import type { Logger } from './log.ts';

/** A periodic task that one node does for all nodes. */
export interface Job {
  readonly name: string;
  readonly everySeconds: number;
  /**
   * Runs the task once.
   *
   * @param keep renews the lease; call it between steps. If it resolves to false, another node
   *   has taken over: stop
   * @param stopping aborts when this node stops, which waits for the task
   */
  run(keep: () => Promise<boolean>, stopping: AbortSignal): Promise<void>;
}

/** Seconds that the other nodes wait if a node dies during a job. */
const LEASE_SECONDS = 60;

/**
 * Runs each job periodically unless another node holds its lease. A job that fails is logged and
 * runs again after its interval.
 */
export function startJobs(
  jobs: readonly Job[],
  { leases, clock, logger }: { leases: Leases; clock: Clock; logger: Logger },
): { stop(): Promise<void> } {
  const node = crypto.randomUUID();
  const stopping = new AbortController();

  async function runOnce({ name, run }: Job): Promise<void> {
    const keep = () =>
      stopping.signal.aborted
        ? Promise.resolve(false)
        : leases.take(name, node, clock.now(), clock.now() + LEASE_SECONDS * 1000);
    try {
      if (!(await keep())) return;
      await run(keep, stopping.signal).finally(() => leases.release(name, node));
    } catch (error) {
      logger.warn({ event: 'job.failed', job: name, err: error });
    }
  }

  const repetitions = jobs.map((job) => repeat(clock, job.everySeconds, () => runOnce(job)));

  return {
    async stop() {
      stopping.abort();
      await Promise.all(repetitions.map((each) => each.stop()));
    },
  };
}

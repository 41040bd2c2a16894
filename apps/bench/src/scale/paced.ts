import { setImmediate, setTimeout } from 'node:timers/promises';

/**
 * Milliseconds at the end of a wait in which the clock is polled, because timers fire up to a
 * millisecond late.
 */
const WATCHFUL_MS = 2;

/**
 * Starts operations at an even rate, whether or not earlier ones have ended, as independent users
 * do. A latency counts from the moment when the operation was due, so it includes the time in which
 * the process was stalled.
 *
 * @param goOn called before each operation with their number so far
 * @returns the latency of each operation in milliseconds
 */
export async function paced(
  perSecond: number,
  goOn: (started: number) => boolean,
  operation: () => Promise<void>,
): Promise<number[]> {
  const latencies: number[] = [];
  const running: Promise<unknown>[] = [];
  const began = performance.now();
  for (let started = 0; goOn(started); started++) {
    const due = began + (started * 1000) / perSecond;
    for (let wait = due - performance.now(); wait > 0; wait = due - performance.now())
      await (wait > WATCHFUL_MS ? setTimeout(wait - WATCHFUL_MS) : setImmediate());
    const run = operation().then(() => latencies.push(performance.now() - due));
    // Ignores the failure here, because it is reported when all operations have ended.
    run.catch(() => {});
    running.push(run);
  }
  await Promise.all(running);
  return latencies;
}

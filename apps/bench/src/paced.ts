import { setImmediate, setTimeout } from 'node:timers/promises';

/**
 * Timers come up to a millisecond late, so the last part of a wait is spent looking at the clock.
 */
const WATCHFUL_MS = 2;

/**
 * Starts operations evenly, whether or not earlier ones have ended, as people do who know nothing
 * of one another. A latency counts from the moment an operation was due, so whatever holds up the
 * process counts too.
 *
 * @param goOn asked before each one; told how many there were
 * @returns milliseconds
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
    // One that fails is reported when all have ended.
    run.catch(() => {});
    running.push(run);
  }
  await Promise.all(running);
  return latencies;
}

import { setImmediate, setTimeout } from 'node:timers/promises';

/**
 * Timers fire up to a millisecond late, so the last part of a wait polls the clock.
 */
const WATCHFUL_MS = 2;

/**
 * Starts operations at an even rate, whether or not earlier ones have ended, as independent users
 * do. A latency counts from the moment an operation was due, so a stalled process counts too.
 *
 * @param goOn called before each operation with their number so far
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
    // A failed operation is reported when all have ended.
    run.catch(() => {});
    running.push(run);
  }
  await Promise.all(running);
  return latencies;
}

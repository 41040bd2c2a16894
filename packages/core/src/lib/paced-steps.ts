/** How work in steps shares the process and the database with requests. */
export interface StepOptions {
  /** Ends the work before its next step, and a pause at once. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether this process serves requests; by default true. If not, as in a command of an operator,
   * long steps need no long pauses.
   */
  readonly servesRequests?: boolean | undefined;
}

/** The largest and the smallest step, in rows. */
const LARGEST = 100;
const SMALLEST = 10;
const PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 5_000;
/** How long a step may block the process without a longer pause. */
const UNNOTICED_MS = 1;
/**
 * The pause after a step that blocked the process for longer, as a multiple of that time: then less
 * than one in a hundred requests meets such a step, and their 99th percentile stays what it was.
 */
const PAUSE_FACTOR = 199;

/**
 * Runs work that goes through many rows, such as a purge, in small steps with pauses, so that
 * requests are not delayed.
 *
 * A driver may be synchronous, as SQLite's is: its steps block the process, and one in five writes
 * the database's log back to the disk, which takes as long as the disk does. So the time for which
 * a step blocked the process determines its size and the pause after it. Steps of an asynchronous
 * driver keep their size, 100 rows, and pause for 5 milliseconds.
 *
 * @param step does one step of up to `limit` rows; true if another one is needed
 * @throws what a step throws
 * @example
 * import { inPacedSteps } from '@latchkey/core';
 *
 * await inPacedSteps(async (limit) => (await deleteOldOrders(limit)) === limit);
 */
export async function inPacedSteps(
  step: (limit: number) => Promise<boolean>,
  { signal, servesRequests = true }: StepOptions = {},
): Promise<void> {
  let limit = LARGEST;
  while (!signal?.aborted) {
    /** The timer fires during the step if the process is free meanwhile. */
    let isBlocking = true;
    const timer = setTimeout(() => {
      isBlocking = false;
    });
    const began = performance.now();
    const goesOn = await step(limit).finally(() => clearTimeout(timer));
    if (!goesOn) return;
    const blockedMs = isBlocking && servesRequests ? performance.now() - began : 0;
    if (blockedMs > UNNOTICED_MS) limit = Math.max(SMALLEST, Math.floor(limit / 2));
    else if (blockedMs < UNNOTICED_MS / 2) limit = Math.min(LARGEST, limit * 2);
    const pauseMs = (blockedMs - UNNOTICED_MS) * PAUSE_FACTOR;
    await pause(Math.min(LONGEST_PAUSE_MS, Math.max(PAUSE_MS, pauseMs)), signal);
  }
}

/** Waits, until the signal at the latest. */
function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end);
  });
}

export interface RetryTimesOptions {
  /** Returns the current time in seconds. */
  readonly now: () => number;
  /** Number of callers that may come back each second. */
  readonly perSecond: number;
}

export const MIN_RETRY_SECONDS = 2;
export const MAX_RETRY_SECONDS = 60;

/**
 * Creates the `Retry-After` of refused callers, in whole seconds. Each call takes the next place in
 * time, so that a crowd that was refused together comes back at a rate that can be served, instead
 * of all at once every two seconds. When all places of a minute are taken, they are given again.
 */
export function retryTimes({ now, perSecond }: RetryTimesOptions): () => number {
  let next = 0;
  return () => {
    const at = now();
    const wait = next - at;
    const isFree = wait >= MIN_RETRY_SECONDS && wait < MAX_RETRY_SECONDS;
    const seconds = isFree ? wait : MIN_RETRY_SECONDS;
    next = at + seconds + 1 / perSecond;
    return Math.floor(seconds);
  };
}

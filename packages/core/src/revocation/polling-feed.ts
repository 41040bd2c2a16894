import { type Clock, startTimer } from '../lib/clock.ts';
import { repeat } from '../lib/repeat.ts';
import type { RevocationNotice, RevocationSubscriber } from './revocation-feed.ts';

const INTERVAL_SECONDS = 0.5;
/** The shortest time between the starts of two polls. */
const WINDOW_SECONDS = 0.1;
/** The rest of the window is for the commit, and for differences in the arrival of the wake-up. */
const AWAKE_SECONDS = WINDOW_SECONDS / 2;

/** A subscription to a source of notices that is polled. */
export interface PollingFeed {
  /**
   * Polls the source of notices now, or 0.1 s after the last poll began, and once more 0.1 s later.
   * Call it for each wake-up that every node receives, and after a reconnection.
   */
  wake(): void;
  /**
   * Whether this node was woken within the last 0.05 s. Every other node was too, and will poll
   * again: what is published now needs no further wake-up. What is committed too late for those
   * polls is read at the next one, within 0.5 s.
   */
  isAwake(): boolean;
  /** Stops polling the source of notices. */
  close(): Promise<void>;
}

/**
 * Subscribes to a source that must be polled: twice a second, and after each `wake`, ten times a
 * second at most. While polls fail, the subscriber is not told that it is up to date.
 *
 * @param read returns the notices since the last successful poll. `afterFault`: the poll before
 *   failed, so notices of that time must be read again
 * @throws what the first poll throws
 * @example
 * import { pollingFeed, type RevocationFeed, systemClock } from '@latchkey/core';
 *
 * const feed: RevocationFeed = {
 *   publish: async (notices) => console.log('insert into your table', notices),
 *   subscribe: (subscriber) => pollingFeed(async () => [], subscriber, systemClock), // select them
 * };
 */
export async function pollingFeed(
  read: (afterFault: boolean) => Promise<readonly RevocationNotice[]>,
  subscriber: RevocationSubscriber,
  clock: Clock,
): Promise<PollingFeed> {
  let failed = false;
  let closed = false;
  let startedAt = Number.NEGATIVE_INFINITY;
  let wokenAt = Number.NEGATIVE_INFINITY;
  let cancelWaiting: (() => void) | null = null;
  /** An absolute value, because the clock may have been set back. */
  const isWithin = (seconds: number, from: number, to: number) =>
    Math.abs(to - from) < seconds * 1000;

  async function poll(): Promise<void> {
    cancelWaiting?.();
    cancelWaiting = null;
    startedAt = clock.now();
    const from = startedAt;
    const notices = await read(failed);
    failed = false;
    if (closed) return;
    if (notices.length > 0) subscriber.onNotices(notices);
    subscriber.onUpToDate(from);
  }

  await poll();
  const polls = repeat(
    clock,
    () => (isWithin(WINDOW_SECONDS, wokenAt, startedAt) ? WINDOW_SECONDS : INTERVAL_SECONDS),
    () =>
      poll().catch(() => {
        failed = true;
      }),
  );
  return {
    wake() {
      const now = clock.now();
      wokenAt = now;
      if (closed || cancelWaiting) return;
      if (!isWithin(WINDOW_SECONDS, startedAt, now)) return polls.wake();
      const seconds = Math.min(WINDOW_SECONDS, WINDOW_SECONDS - (now - startedAt) / 1000);
      cancelWaiting = startTimer(clock, seconds, polls.wake);
    },
    isAwake: () => !closed && isWithin(AWAKE_SECONDS, wokenAt, clock.now()),
    close() {
      closed = true;
      cancelWaiting?.();
      return polls.stop();
    },
  };
}

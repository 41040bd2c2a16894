import type { Clock } from '../lib/clock.ts';
import { repeat } from '../lib/repeat.ts';
import type { RevocationNotice, RevocationSubscriber } from './revocation-feed.ts';

const INTERVAL_SECONDS = 0.5;

/** A subscription to a source of notices that is polled. */
export interface PollingFeed {
  /** Polls the source of notices now. */
  wake(): void;
  /** Stops polling the source of notices. */
  close(): Promise<void>;
}

/**
 * Subscribes to a source that must be polled: twice a second, and at each `wake`. While polls fail,
 * the subscriber is not told that it is up to date.
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

  async function poll(): Promise<void> {
    const startedAt = clock.now();
    const notices = await read(failed);
    failed = false;
    if (closed) return;
    if (notices.length > 0) subscriber.onNotices(notices);
    subscriber.onUpToDate(startedAt);
  }

  await poll();
  const polls = repeat(clock, INTERVAL_SECONDS, () =>
    poll().catch(() => {
      failed = true;
    }),
  );
  return {
    wake: polls.wake,
    close() {
      closed = true;
      return polls.stop();
    },
  };
}

import type { Clock } from '../lib/clock.ts';
import { repeat } from '../lib/repeat.ts';
import type { RevocationNotice, RevocationSubscriber } from './revocation-feed.ts';

const INTERVAL_SECONDS = 0.5;

export interface PollingFeed {
  /** Looks now: something may have come. */
  wake(): void;
  /** Looks no more. */
  close(): Promise<void>;
}

/**
 * Follows whatever can be asked for what is new: twice a second, and whenever it is woken. A look
 * that fails confirms nothing, and the next one says so.
 *
 * @param read what is new since the last look that went well; told when the look before failed, for
 *   what was new then may be gone
 * @throws what the first look throws
 */
export async function pollingFeed(
  read: (afterFault: boolean) => Promise<readonly RevocationNotice[]>,
  subscriber: RevocationSubscriber,
  clock: Clock,
): Promise<PollingFeed> {
  let failed = false;
  let closed = false;

  async function look(): Promise<void> {
    const asked = clock.now();
    const notices = await read(failed);
    failed = false;
    if (closed) return;
    if (notices.length > 0) subscriber.onNotices(notices);
    subscriber.onUpToDate(asked);
  }

  await look();
  const looks = repeat(clock, INTERVAL_SECONDS, () =>
    look().catch(() => {
      failed = true;
    }),
  );
  return {
    wake: looks.wake,
    close() {
      closed = true;
      return looks.stop();
    },
  };
}

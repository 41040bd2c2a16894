import {
  type Clock,
  type RevocationFeed,
  type RevocationSubscriber,
  startTimer,
  systemClock,
} from '@latchkey/core';

/** After so long a fast feed that could not be subscribed to is tried again. */
const RETRY_SECONDS = 5;

/**
 * A feed that is sure, made faster by one that is quick. Notices go to both and are heard from
 * both; only the sure one confirms, so that nothing depends on the quick one. While that is out,
 * notices take as long as the sure one takes; it is for the quick feed to tell of its faults.
 */
export function layeredFeed(
  sure: RevocationFeed,
  quick: RevocationFeed,
  clock: Clock = systemClock,
): RevocationFeed {
  return {
    async publish(notices) {
      await sure.publish(notices);
      await quick.publish(notices).catch(() => {});
    },

    async subscribe(subscriber, seconds) {
      const subscription = await sure.subscribe(subscriber, seconds);
      const quickly = subscribeWhenPossible(
        quick,
        { onNotices: (notices) => subscriber.onNotices(notices), onUpToDate: () => {} },
        seconds,
        clock,
      );
      return {
        async close() {
          await Promise.all([subscription.close(), quickly.close()]);
        },
      };
    },
  };
}

function subscribeWhenPossible(
  feed: RevocationFeed,
  subscriber: RevocationSubscriber,
  seconds: number,
  clock: Clock,
) {
  let closed = false;
  let cancel = () => {};
  let attempt = subscribe();

  async function subscribe(): Promise<{ close(): Promise<void> } | null> {
    try {
      return await feed.subscribe(subscriber, seconds);
    } catch {
      if (!closed) cancel = startTimer(clock, RETRY_SECONDS, () => (attempt = subscribe()));
      return null;
    }
  }

  return {
    async close() {
      closed = true;
      cancel();
      await (await attempt)?.close();
    },
  };
}

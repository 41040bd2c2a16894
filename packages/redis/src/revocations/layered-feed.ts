import {
  type Clock,
  type RevocationFeed,
  type RevocationSubscriber,
  startTimer,
  systemClock,
} from '@latchkey/core';

/** How many seconds to wait before another attempt to subscribe to the fast feed. */
const RETRY_SECONDS = 5;

/**
 * Makes a durable feed faster by another one. Notices are published to both and received from both;
 * only the durable one confirms, so correctness never depends on the fast one. During an outage of
 * the fast feed notices arrive through the durable one; the fast feed reports its own faults.
 *
 * @example
 * import { layeredFeed, redisRevocationFeed } from '@latchkey/redis';
 * import { sqlRevocationFeed } from '@latchkey/sql';
 *
 * const feed = layeredFeed(
 *   sqlRevocationFeed(database, clock),
 *   redisRevocationFeed(redis, { clock, afterCommit: database.afterCommit }),
 * );
 */
export function layeredFeed(
  durable: RevocationFeed,
  fast: RevocationFeed,
  clock: Clock = systemClock,
): RevocationFeed {
  const { afterCommit } = durable;
  return {
    ...(afterCommit && { afterCommit: (tell) => afterCommit.call(durable, tell) }),

    async publish(notices) {
      await durable.publish(notices);
      await fast.publish(notices).catch(() => {});
    },

    async subscribe(subscriber, seconds) {
      const subscription = await durable.subscribe(subscriber, seconds);
      const fastSubscription = subscribeWhenPossible(
        fast,
        { onNotices: (notices) => subscriber.onNotices(notices), onUpToDate: () => {} },
        seconds,
        clock,
      );
      return {
        async close() {
          await Promise.all([subscription.close(), fastSubscription.close()]);
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

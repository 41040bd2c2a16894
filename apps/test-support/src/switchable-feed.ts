import type { RevocationFeed, RevocationSubscriber } from '@latchkey/core';

/** A revocation feed whose connection a test can cut. */
export interface SwitchableFeed extends RevocationFeed {
  /**
   * While true, subscribers receive nothing; what is published meanwhile is delivered afterwards.
   */
  lost: boolean;
}

/**
 * Wraps a revocation feed.
 *
 * @param now the subscribers' clock, in milliseconds since the epoch
 */
export function switchableFeed(inner: RevocationFeed, now: () => number): SwitchableFeed {
  let lost = false;
  let waiting: (() => void)[] = [];
  const confirmations = new Set<() => void>();
  const whenThere = (tell: () => void) => (lost ? void waiting.push(tell) : tell());

  return {
    publish: (notices) => inner.publish(notices),
    async subscribe(subscriber, seconds) {
      /** Confirms with the current time instead of `Infinity`, so that the feed becomes stale. */
      const confirm = () => whenThere(() => subscriber.onUpToDate(now()));
      const own: RevocationSubscriber = {
        onNotices: (notices) => whenThere(() => subscriber.onNotices(notices)),
        onUpToDate: confirm,
      };
      confirmations.add(confirm);
      return inner.subscribe(own, seconds);
    },
    get lost() {
      return lost;
    },
    set lost(isLost) {
      lost = isLost;
      const due = isLost ? [] : waiting;
      if (!isLost) waiting = [];
      for (const tell of due) tell();
      if (!isLost) for (const confirm of confirmations) confirm();
    },
  };
}

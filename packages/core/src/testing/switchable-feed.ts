import type { RevocationFeed, RevocationSubscriber } from '../revocation/revocation-feed.ts';

/** A feed that a test can take away from its subscribers. */
export interface SwitchableFeed extends RevocationFeed {
  /**
   * While true, subscribers hear nothing and are confirmed nothing; what was published meanwhile
   * comes when it is false again.
   */
  lost: boolean;
}

/** @param now by the subscribers' clock */
export function switchableFeed(inner: RevocationFeed, now: () => number): SwitchableFeed {
  let lost = false;
  let waiting: (() => void)[] = [];
  const confirmations = new Set<() => void>();
  const whenThere = (tell: () => void) => (lost ? void waiting.push(tell) : tell());

  return {
    publish: (notices) => inner.publish(notices),
    async subscribe(subscriber, seconds) {
      /** Once, and not for ever: by the subscribers' clock it then grows old. */
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

import {
  type Clock,
  type RevocationFeed,
  type RevocationFollower,
  startTimer,
  systemClock,
} from '@latchkey/core';

/** After so long a fast feed that could not be followed is tried again. */
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

    async follow(follower, seconds) {
      const following = await sure.follow(follower, seconds);
      const quickly = followWhenPossible(
        quick,
        { onNotices: (notices) => follower.onNotices(notices), onConfirmed: () => {} },
        seconds,
        clock,
      );
      return {
        async close() {
          await Promise.all([following.close(), quickly.close()]);
        },
      };
    },
  };
}

function followWhenPossible(
  feed: RevocationFeed,
  follower: RevocationFollower,
  seconds: number,
  clock: Clock,
) {
  let closed = false;
  let cancel = () => {};
  let attempt = follow();

  async function follow(): Promise<{ close(): Promise<void> } | null> {
    try {
      return await feed.follow(follower, seconds);
    } catch {
      if (!closed) cancel = startTimer(clock, RETRY_SECONDS, () => (attempt = follow()));
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

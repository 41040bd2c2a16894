import {
  type Clock,
  type PollingFeed,
  pollingFeed,
  type RevocationFeed,
  type RevocationNotice,
} from '@latchkey/core';
import { type SettableClock, settableClock } from '@latchkey/core/testing';

/** How long a statement of a node takes, and how long a wake-up is under way, in milliseconds. */
const LATENCY_MS = { read: 3, wakeUp: 1 };

/** A cluster to simulate. */
export interface FeedLoad {
  readonly nodes: number;
  /** Revocations a second that each node publishes: a node has a fixed number of users. */
  readonly perNode: number;
  readonly seconds: number;
}

/** What a cluster did in a second, on average. */
export interface FeedCost {
  /** Reads of the source, of all nodes. */
  readonly reads: number;
  /** Wake-ups sent to the source: `NOTIFY` or `PUBLISH`. */
  readonly wakeUpsSent: number;
  /** Wake-ups received, of all nodes. */
  readonly wakeUpsReceived: number;
  /** Notices delivered, to all nodes. */
  readonly notices: number;
  /** The longest time from a publication to its delivery on the last node, in milliseconds. */
  readonly longestMs: number;
}

type Counts = { -readonly [Key in keyof FeedCost]: number };

/**
 * Simulates the revocation feed of a cluster on a clock that a test could move: the real polling,
 * over a source in memory that answers and wakes after a fixed time. Every run gives the same
 * figures.
 */
export async function simulateFeed({ nodes, perNode, seconds }: FeedLoad): Promise<FeedCost> {
  const clock = settableClock();
  const counts = { reads: 0, wakeUpsSent: 0, wakeUpsReceived: 0, notices: 0, longestMs: 0 };
  const source = sourceOf(clock, counts);
  const feeds = Array.from({ length: nodes }, () => source.node());
  const subscriptions = [];
  for (const feed of feeds) {
    const subscription = feed.subscribe(
      {
        onUpToDate: () => {},
        onNotices(notices) {
          counts.notices += notices.length;
          for (const { at } of notices)
            counts.longestMs = Math.max(counts.longestMs, clock.now() - at);
        },
      },
      60,
    );
    await step(clock, LATENCY_MS.read);
    subscriptions.push(await subscription);
  }
  counts.reads = 0;
  await publishEvenly(clock, feeds, perNode, seconds);
  const cost = {
    reads: counts.reads / seconds,
    wakeUpsSent: counts.wakeUpsSent / seconds,
    wakeUpsReceived: counts.wakeUpsReceived / seconds,
    notices: counts.notices / seconds,
    longestMs: counts.longestMs,
  };
  const closing = Promise.all(subscriptions.map(({ close }) => close()));
  await step(clock, LATENCY_MS.read);
  await closing;
  return cost;
}

/** Spreads the publications over time and nodes, at instants that look random and never change. */
async function publishEvenly(
  clock: SettableClock,
  feeds: readonly RevocationFeed[],
  perNode: number,
  seconds: number,
): Promise<void> {
  const total = Math.round(feeds.length * perNode * seconds);
  const at = Array.from({ length: total }, (_, n) =>
    Math.floor(((n * Math.SQRT2) % 1) * seconds * 1000),
  ).sort((one, other) => one - other);
  let next = 0;
  for (let ms = 0; ms < seconds * 1000; ms++) {
    while ((at[next] ?? Number.POSITIVE_INFINITY) <= ms) {
      const notice: RevocationNotice = {
        kind: 'session',
        userId: '',
        sessionId: String(next),
        reason: 'signed_out',
        at: clock.now(),
      };
      await feeds[(next * 7) % feeds.length]?.publish([notice]);
      next++;
    }
    await step(clock, 1);
  }
}

/** Moves the clock, and lets what became due run as far as it can. */
async function step(clock: SettableClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed++) {
    clock.advance(0.001);
    for (let turn = 0; turn < 8; turn++) await Promise.resolve();
  }
}

function sourceOf(clock: Clock & Pick<SettableClock, 'after'>, counts: Counts) {
  const log: RevocationNotice[] = [];
  const polls = new Set<PollingFeed>();

  function wakeAll(): void {
    counts.wakeUpsSent++;
    clock.after(LATENCY_MS.wakeUp / 1000, () => {
      for (const poll of polls) {
        counts.wakeUpsReceived++;
        poll.wake();
      }
    });
  }

  return {
    node(): RevocationFeed {
      let own: PollingFeed | undefined;
      let read = 0;
      return {
        async publish(notices) {
          log.push(...notices);
          if (!own?.isAwake()) wakeAll();
        },
        async subscribe(subscriber) {
          own = await pollingFeed(
            async () => {
              counts.reads++;
              const found = log.slice(read);
              read = log.length;
              await new Promise<void>((resolve) =>
                clock.after(LATENCY_MS.read / 1000, () => resolve()),
              );
              return found;
            },
            subscriber,
            clock,
          );
          polls.add(own);
          return own;
        },
      };
    },
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import type { RevocationFeed, RevocationNotice } from '../../revocation/revocation-feed.ts';
import { text } from './session-record.ts';
import type { TestRunner } from './test-runner.ts';

/** One feed as two nodes see it, in real time. */
export interface OpenFeed {
  readonly feeds: readonly [RevocationFeed, RevocationFeed];
  /** Runs a transaction; notices that the first feed publishes meanwhile are part of it. */
  readonly transaction: <T>(work: () => Promise<T>) => Promise<T>;
  /** The time of the feed's clock, in milliseconds since the epoch. */
  readonly now: () => number;
  close(): Promise<void>;
}

/**
 * Subscribes to a feed and records what it delivers, for further tests of a feed.
 *
 * @param seconds how old the earlier notices may be
 * @example
 * import { memoryRevocationFeed, systemClock } from '@latchkey/core';
 * import { recordNotices } from '@latchkey/core/testing/contracts';
 *
 * const { of, close } = await recordNotices(memoryRevocationFeed(systemClock));
 * console.log(of('7')); // the notices of a user
 * await close();
 */
export async function recordNotices(feed: RevocationFeed, seconds = 60) {
  const heard: RevocationNotice[] = [];
  let confirmedAt = Number.NEGATIVE_INFINITY;
  const subscriber = {
    onNotices: (notices: readonly RevocationNotice[]) => void heard.push(...notices),
    onUpToDate(at: number) {
      confirmedAt = at;
    },
  };
  const { close } = await feed.subscribe(subscriber, seconds);
  return {
    close,
    /** The notices of one user, without duplicates, in order of arrival. */
    of: (userId: string) => [
      ...new Map(
        heard
          .filter((notice) => notice.userId === userId)
          .map((notice) => [JSON.stringify(notice), notice]),
      ).values(),
    ],
    confirmedAt: () => confirmedAt,
  };
}

/**
 * Defines the tests that every revocation feed must pass.
 *
 * @param runner Vitest (`import * as vitest from 'vitest'`) or Jest (`'@jest/globals'`)
 * @param open returns two ends of one feed; called once
 * @example
 * import { memoryRevocationFeed, systemClock } from '@latchkey/core';
 * import { revocationFeedContract } from '@latchkey/core/testing/contracts';
 * import * as vitest from 'vitest';
 *
 * revocationFeedContract('my feed', vitest, async () => {
 *   const feed = memoryRevocationFeed(systemClock); // yours, as two nodes see it
 *   return {
 *     feeds: [feed, feed],
 *     transaction: (work) => work(),
 *     now: () => systemClock.now(),
 *     close: async () => {},
 *   };
 * });
 */
export function revocationFeedContract(
  name: string,
  { afterAll, beforeAll, describe, expect, it }: TestRunner,
  open: () => Promise<OpenFeed>,
): void {
  describe(`${name} keeps the revocation feed contract`, () => {
    let feed: OpenFeed;
    beforeAll(async () => {
      feed = await open();
    });
    afterAll(() => feed?.close());
    const sessionOf = (userId: string, ago = 0): RevocationNotice => ({
      kind: 'session',
      userId,
      sessionId: text(16),
      reason: 'signed_out',
      at: feed.now() - ago,
    });
    const userOf = (userId: string, tokenVersion = 1): RevocationNotice => ({
      kind: 'user',
      userId,
      tokenVersion,
      reason: 'password_changed',
      at: feed.now(),
    });

    for (const [from, to] of [
      [0, 0],
      [0, 1],
      [1, 0],
    ] as const)
      it(`delivers what node ${from} publishes to a subscriber on node ${to}, in order`, async () => {
        const subscription = await recordNotices(feed.feeds[to]);
        const id = text(8);
        const notices = [sessionOf(id), userOf(id), sessionOf(id)];
        await feed.feeds[from].publish(notices.slice(0, 2));
        await feed.feeds[from].publish(notices.slice(2));
        await eventually(() => expect(subscription.of(id)).toEqual(notices));
        await subscription.close();
      });

    it('delivers earlier notices that are not older than requested', async () => {
      const id = text(8);
      const [old, recent] = [sessionOf(id, 31_000), sessionOf(id, 10_000)];
      await feed.feeds[0].publish([old, recent]);
      const subscription = await recordNotices(feed.feeds[1], 30);
      expect(subscription.of(id)).toEqual([recent]);
      await subscription.close();
    });

    it('reports up to date when subscribe resolves, and again after it', async () => {
      const subscription = await recordNotices(feed.feeds[1]);
      const first = subscription.confirmedAt();
      expect(first).toBeGreaterThan(feed.now() - 10_000);
      if (first < Number.POSITIVE_INFINITY)
        await eventually(() => expect(subscription.confirmedAt()).toBeGreaterThan(first));
      await subscription.close();
    });

    it('does not report up to date before it has delivered what was published by then', async () => {
      const subscription = await recordNotices(feed.feeds[1]);
      const id = text(8);
      for (let published = 1; published <= 20; published++) {
        await feed.feeds[0].publish([sessionOf(id)]);
        const at = feed.now();
        if (published % 5 === 0)
          await eventually(() => expect(subscription.confirmedAt()).toBeGreaterThan(at));
        if (subscription.confirmedAt() > at) expect(subscription.of(id)).toHaveLength(published);
      }
      await subscription.close();
    });

    it('delivers 3,000 revocation notices at once', async () => {
      const subscription = await recordNotices(feed.feeds[1]);
      const id = text(8);
      const notices = Array.from({ length: 3_000 }, () => sessionOf(id));
      await feed.feeds[0].publish(notices);
      await eventually(() => expect(subscription.of(id)).toHaveLength(3_000));
      expect(subscription.of(id)).toEqual(notices);
      const late = await recordNotices(feed.feeds[0]);
      expect(late.of(id)).toEqual(notices);
      await Promise.all([subscription.close(), late.close()]);
    });

    it('delivers the notices of a transaction after its commit, never after a rollback', async () => {
      const subscription = await recordNotices(feed.feeds[1]);
      const id = text(8);
      const [kept, lost] = [userOf(id, 1), userOf(id, 2)];
      const failing = feed.transaction(async () => {
        await feed.feeds[0].publish([lost]);
        throw new Error('rolled back');
      });
      await expect(failing).rejects.toThrow('rolled back');
      await feed.transaction(async () => {
        await feed.feeds[0].publish([kept]);
        await new Promise((resolve) => setTimeout(resolve, 50));
        expect(subscription.of(id)).toEqual([]);
      });
      await eventually(() => expect(subscription.of(id)).toEqual([kept]));
      await subscription.close();
    });

    it('delivers nothing to a closed subscription, and continues for the others', async () => {
      const [closed, open] = [
        await recordNotices(feed.feeds[1]),
        await recordNotices(feed.feeds[1]),
      ];
      await closed.close();
      const id = text(8);
      await feed.feeds[0].publish([sessionOf(id)]);
      await eventually(() => expect(open.of(id)).toHaveLength(1));
      expect(closed.of(id)).toEqual([]);
      await open.close();
    });
  });
}

/** Waits until an assertion holds: another node or a database delivers what it asserts. */
async function eventually(assertion: () => void): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;)
    try {
      return assertion();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(5);
    }
}

import type { AuditLog } from '../audit/audit-log.ts';
import type { Clock } from '../lib/clock.ts';
import type { RevocationFeed, RevocationNotice, RevocationSubscriber } from './revocation-feed.ts';

const DAY_SECONDS = 86_400;

/**
 * Creates a feed within one process, for single-process apps and tests. It cannot lose notices, so
 * its subscribers are always up to date.
 *
 * @param afterCommit the `afterCommit` of the audit log in whose transactions notices are published
 * @param keepSeconds how long notices are kept for later subscribers; a day by default
 * @example
 * import { createSessionLayer, memoryRevocationFeed, systemClock } from '@latchkey/core';
 *
 * const feed = memoryRevocationFeed(systemClock);
 * const layer = createSessionLayer({ ring, store, users, clock: systemClock, feed });
 * await layer.start();
 */
export function memoryRevocationFeed(
  clock: Clock,
  afterCommit: AuditLog['afterCommit'] = async (tell) => tell(),
  keepSeconds: number = DAY_SECONDS,
): RevocationFeed {
  const subscribers = new Set<RevocationSubscriber>();
  let kept: RevocationNotice[] = [];
  const youngerThan = (seconds: number) =>
    kept.filter(({ at }) => at >= clock.now() - seconds * 1000);

  return {
    publish: (notices) =>
      afterCommit(() => {
        kept = [...youngerThan(keepSeconds), ...notices];
        for (const subscriber of subscribers) subscriber.onNotices(notices);
      }),

    async subscribe(subscriber, seconds) {
      /** Each subscription has its own object, so that one subscriber can subscribe twice. */
      const own: RevocationSubscriber = {
        onNotices: (notices) => subscriber.onNotices(notices),
        onUpToDate: (at) => subscriber.onUpToDate(at),
      };
      subscribers.add(own);
      own.onNotices(youngerThan(seconds));
      own.onUpToDate(Number.POSITIVE_INFINITY);
      return { close: async () => void subscribers.delete(own) };
    },
  };
}

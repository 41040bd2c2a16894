import type { AuditLog } from '../audit/audit-log.ts';
import type { Clock } from '../lib/clock.ts';
import type { RevocationFeed, RevocationFollower, RevocationNotice } from './revocation-feed.ts';

const DAY_SECONDS = 86_400;

/**
 * A feed within one process: for apps of one process, and for tests with several layers. It can
 * lose nothing, so it confirms for ever.
 *
 * @param afterCommit as of the audit log in whose transactions notices are published
 * @param keepSeconds how long a notice is kept for those who follow later
 */
export function memoryRevocationFeed(
  clock: Clock,
  afterCommit: AuditLog['afterCommit'] = async (tell) => tell(),
  keepSeconds: number = DAY_SECONDS,
): RevocationFeed {
  const followers = new Set<RevocationFollower>();
  let kept: RevocationNotice[] = [];
  const youngerThan = (seconds: number) =>
    kept.filter(({ at }) => at >= clock.now() - seconds * 1000);

  return {
    publish: (notices) =>
      afterCommit(() => {
        kept = [...youngerThan(keepSeconds), ...notices];
        for (const follower of followers) follower.onNotices(notices);
      }),

    async follow(follower, seconds) {
      const own = { ...follower };
      followers.add(own);
      own.onNotices(youngerThan(seconds));
      own.onConfirmed(Number.POSITIVE_INFINITY);
      return { close: async () => void followers.delete(own) };
    },
  };
}

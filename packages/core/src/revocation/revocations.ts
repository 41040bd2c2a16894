import type { AuditLog } from '../audit/audit-log.ts';
import type { OnEvent } from '../audit/security-event.ts';
import type { Clock } from '../lib/clock.ts';
import { type Repetition, repeat } from '../lib/repeat.ts';
import type { SessionOptions } from '../options.ts';
import { type RevocationCache, revocationCache } from './revocation-cache.ts';
import type { RevocationFeed, RevocationNotice } from './revocation-feed.ts';

/** Longer than a revocation takes from its instant to its commit, and than nodes' clocks differ. */
const MARGIN_SECONDS = 60;
/** A node that has not been told for so long that it knows everything asks the store. */
export const FEED_SECONDS = 5;
/** How soon the loss of the feed is told where nobody asks. */
const LOOK_SECONDS = 1;

/** What a session layer tells other nodes about revocations, and knows from them. */
export interface Revocations
  extends Pick<RevocationCache, 'revocationOf' | 'hasSession' | 'isUpToDate' | 'watch'> {
  /**
   * Makes notices known, to this node too, once the transaction under way is committed. @throws
   * StoreUnavailableError
   */
  publish(notices: readonly RevocationNotice[]): Promise<void>;
  /**
   * Begins to follow the feed; resolves when this node knows what the others know. @throws
   * StoreUnavailableError
   */
  follow(): Promise<void>;
  close(): Promise<void>;
}

/** Without a feed nobody is told anything: an access token holds until it expires. */
const NO_REVOCATIONS: Revocations = {
  revocationOf: () => null,
  hasSession: () => false,
  isUpToDate: () => true,
  watch: () => () => {},
  publish: async () => {},
  follow: async () => {},
  close: async () => {},
};

interface Dependencies {
  readonly feed: RevocationFeed | undefined;
  readonly options: SessionOptions;
  readonly clock: Clock;
  readonly auditLog: AuditLog;
  readonly onEvent: OnEvent;
}

export function createRevocations({
  feed,
  options,
  clock,
  auditLog,
  onEvent,
}: Dependencies): Revocations {
  if (!feed) return NO_REVOCATIONS;
  const windowSeconds = noticeSeconds(options);
  const watch = revocationCache({ windowSeconds, feedSeconds: FEED_SECONDS, clock, onEvent });
  let following: Promise<{ close(): Promise<void> }> | undefined;
  let looks: Repetition | undefined;

  return {
    ...watch,

    async publish(notices) {
      if (notices.length === 0) return;
      await feed.publish(notices);
      await auditLog.afterCommit(() => watch.onNotices(notices));
    },

    async follow() {
      following ??= feed.follow(watch, windowSeconds);
      try {
        await following;
      } catch (error) {
        following = undefined;
        throw error;
      }
      looks ??= repeat(clock, LOOK_SECONDS, watch.isUpToDate);
    },

    async close() {
      await looks?.stop();
      await (await following?.catch(() => undefined))?.close();
    },
  };
}

/**
 * How long a notice can matter: until the last access token that was out at its instant has
 * expired.
 */
export function noticeSeconds({
  accessTokenSeconds,
  clockToleranceSeconds,
}: SessionOptions): number {
  return accessTokenSeconds + clockToleranceSeconds + MARGIN_SECONDS;
}

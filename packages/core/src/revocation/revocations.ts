import type { AuditLog } from '../audit/audit-log.ts';
import type { OnEvent } from '../audit/security-event.ts';
import type { Clock } from '../lib/clock.ts';
import { type Repetition, repeat } from '../lib/repeat.ts';
import type { SessionOptions } from '../options.ts';
import { type RevocationCache, revocationCache } from './revocation-cache.ts';
import type { RevocationFeed, RevocationNotice } from './revocation-feed.ts';

/**
 * How much longer than needed notices are kept: longer than a revocation takes to commit, and than
 * the clocks of nodes differ.
 */
const MARGIN_SECONDS = 60;
/** After how many seconds without `onUpToDate` a feed is stale, so that the node asks the store. */
export const FEED_SECONDS = 5;
/** How often a node checks whether its feed is stale while no request does, in seconds. */
const CHECK_SECONDS = 1;

/** Publishes revocations to other nodes, and caches those of other nodes, for a session layer. */
export interface Revocations
  extends Pick<RevocationCache, 'revocationOf' | 'hasSession' | 'isUpToDate' | 'watch'> {
  /**
   * Publishes notices, to this node too, once the transaction under way is committed.
   *
   * @throws StoreUnavailableError
   */
  publish(notices: readonly RevocationNotice[]): Promise<void>;
  /**
   * Subscribes to the feed; resolves once this node knows what the others know. Further calls share
   * the subscription.
   *
   * @throws StoreUnavailableError
   */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Without a feed nothing is published: an access token is valid until it expires. */
const NO_REVOCATIONS: Revocations = {
  revocationOf: () => null,
  hasSession: () => false,
  isUpToDate: () => true,
  watch: () => () => {},
  publish: async () => {},
  start: async () => {},
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
  const windowSeconds = noticeLifetimeSeconds(options);
  const cache = revocationCache({ windowSeconds, feedSeconds: FEED_SECONDS, clock, onEvent });
  let subscription: Promise<{ close(): Promise<void> }> | undefined;
  let checks: Repetition | undefined;
  const afterCommit: AuditLog['afterCommit'] = (tell) =>
    feed.afterCommit ? feed.afterCommit(tell) : auditLog.afterCommit(tell);

  return {
    revocationOf: cache.revocationOf,
    hasSession: cache.hasSession,
    isUpToDate: cache.isUpToDate,
    watch: cache.watch,

    async publish(notices) {
      if (notices.length === 0) return;
      await feed.publish(notices);
      await afterCommit(() => cache.onNotices(notices));
    },

    async start() {
      subscription ??= feed.subscribe(cache, windowSeconds);
      try {
        await subscription;
      } catch (error) {
        subscription = undefined;
        throw error;
      }
      checks ??= repeat(clock, CHECK_SECONDS, cache.isUpToDate);
    },

    async close() {
      await checks?.stop();
      await (await subscription?.catch(() => undefined))?.close();
    },
  };
}

/**
 * Returns how long a node must keep a revocation notice, in seconds: until the last access token
 * that was issued before it has expired, plus a margin for clock skew and slow commits.
 *
 * @example
 * import { noticeLifetimeSeconds } from '@latchkey/core';
 *
 * const deleteBefore = clock.now() - noticeLifetimeSeconds(layer.options) * 1000;
 */
export function noticeLifetimeSeconds({
  accessTokenSeconds,
  clockToleranceSeconds,
}: SessionOptions): number {
  return accessTokenSeconds + clockToleranceSeconds + MARGIN_SECONDS;
}

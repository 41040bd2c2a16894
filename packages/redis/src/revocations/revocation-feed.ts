import {
  type AuditLog,
  type Clock,
  type PollingFeed,
  pollingFeed,
  type RevocationFeed,
  type RevocationNotice,
  refuseUnknownOptions,
} from '@latchkey/core';
import type { Redis } from 'ioredis';
import { available } from '../connection/availability.ts';
import type { RedisClient } from '../connection/connect.ts';
import type { RedisConnection } from '../connection/open-redis.ts';
import { defineScript } from '../connection/script.ts';
import { PUBLISH_NOTICES } from './publish-notices.ts';
import { streamReader } from './stream-reader.ts';
import { unsentNotices } from './unsent-notices.ts';

const STREAM = 'latchkey:v1:{revocations}:stream';
const CHANNEL = 'latchkey:v1:{revocations}:notices';
const DAY_SECONDS = 86_400;
/**
 * The most notices in the stream: ten times the number that a node caches. A node that missed more
 * asks the store.
 */
const LONGEST_STREAM = 1_000_000;

/** The options of {@link redisRevocationFeed}. */
export interface RedisRevocationFeedOptions {
  /** The session layer's clock. */
  readonly clock: Clock;
  /**
   * The `afterCommit` of the database in whose transactions notices are published: Redis receives
   * them after the commit.
   */
  readonly afterCommit?: AuditLog['afterCommit'];
  /**
   * How many seconds notices are kept; at least as long as they can matter
   * (`noticeLifetimeSeconds`). A day by default.
   */
  readonly keepSeconds?: number;
  /** Called when notices could not be published; they wait for the next attempt. */
  readonly onFault?: (error: unknown) => void;
}

/**
 * Creates the feed in Redis: a stream that every node polls twice a second, and at once when woken,
 * ten times a second at most. Failed notices are published again for as long as this process lives.
 * Needs Redis 6.2.
 *
 * @example
 * import { createSessionLayer } from '@latchkey/core';
 * import { redisRevocationFeed } from '@latchkey/redis';
 *
 * const feed = redisRevocationFeed(redis, { clock, onFault: console.error });
 * const layer = createSessionLayer({ store, feed, clock, ring, users });
 */
export function redisRevocationFeed(
  { client }: Pick<RedisConnection, 'client'>,
  {
    clock,
    afterCommit = async (tell) => tell(),
    keepSeconds = DAY_SECONDS,
    onFault = () => {},
    ...others
  }: RedisRevocationFeedOptions,
): RevocationFeed {
  refuseUnknownOptions(others);
  const publish = defineScript<number>(client, 'PublishNotices', PUBLISH_NOTICES);
  const polls = new Set<PollingFeed>();
  const isAwake = () => [...polls].some((subscription) => subscription.isAwake());
  const write = (notices: readonly RevocationNotice[]) =>
    available(client, async () => {
      await publish(
        [STREAM],
        [
          keepSeconds * 1000,
          LONGEST_STREAM,
          isAwake() ? '' : CHANNEL,
          ...notices.map((notice) => JSON.stringify(notice)),
        ],
      );
    });
  const unsent = unsentNotices(write, () => client.status !== 'end', onFault, clock);

  return {
    publish: (notices) => afterCommit(() => unsent.send(notices)),

    async subscribe(subscriber, seconds) {
      if (seconds > keepSeconds)
        throw new RangeError(
          `keepSeconds is ${keepSeconds}: it must be at least ${seconds}, for which notices can matter`,
        );
      const read = streamReader(client, STREAM, () => clock.now() - seconds * 1000);
      const poll = await pollingFeed(
        (afterFault) => available(client, () => read(afterFault)),
        subscriber,
        clock,
      );
      polls.add(poll);
      /** A second client, because a subscribed connection accepts no other commands. */
      const subscriberClient: RedisClient = (client as Redis).duplicate();
      subscriberClient.on('error', () => {});
      subscriberClient.on('message', poll.wake);
      subscriberClient.on(
        'ready',
        () => void subscriberClient.subscribe(CHANNEL).then(poll.wake, () => {}),
      );
      subscriberClient.connect().catch(() => {});
      client.on('ready', poll.wake);
      return {
        async close() {
          polls.delete(poll);
          client.off('ready', poll.wake);
          subscriberClient.disconnect();
          await poll.close();
        },
      };
    },
  };
}

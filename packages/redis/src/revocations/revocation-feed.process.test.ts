import {
  type RevocationFeed,
  type RevocationNotice,
  StoreUnavailableError,
  systemClock,
} from '@latchkey/core';
import { oneTransaction } from '@latchkey/core/testing';
import { recordNotices, revocationFeedContract } from '@latchkey/core/testing/contracts';
import {
  startRedis,
  startRedisCluster,
  startRedisSentinel,
  type TestRedis,
  type TestRedisSentinel,
  testRedis,
} from '@latchkey/test-services';
import { type TcpProxy, tcpProxy } from '@latchkey/test-support';
import * as vitest from 'vitest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRedis, type RedisConnection } from '../connection/open-redis.ts';
import { redisRevocationFeed } from './revocation-feed.ts';

const SOON = { timeout: 15_000, interval: 10 };
const STREAM = 'latchkey:v1:{revocations}:stream';
const clock = systemClock;

/** Returns a database of the shared Redis; the other tests start their own servers. */
const sharedRedis = async () => {
  const { url, drop } = await testRedis();
  return { url, stop: drop };
};

for (const [name, start] of [
  ['Redis', sharedRedis],
  ['Redis Cluster', startRedisCluster],
  ['Redis by Sentinel', () => startRedisSentinel('secret')],
] as const)
  revocationFeedContract(name, vitest, async () => {
    const server = await start();
    const [first, second] = [await openRedis(server.url), await openRedis(server.url)];
    const { afterCommit, transaction } = oneTransaction();
    return {
      feeds: [
        redisRevocationFeed(first, { clock, afterCommit }),
        redisRevocationFeed(second, { clock }),
      ],
      transaction,
      now: clock.now,
      async close() {
        await Promise.all([first.close(), second.close()]);
        await server.stop();
      },
    };
  });

let serial = 0;
const freshId = () => `user ${serial++}`;
const notice = (userId: string, tokenVersion: number): RevocationNotice => ({
  kind: 'user',
  userId,
  tokenVersion,
  reason: 'reuse',
  at: clock.now(),
});
const versions = (notices: readonly RevocationNotice[]) =>
  notices.map((each) => (each.kind === 'user' ? each.tokenVersion : -1));
const upTo = (count: number) => Array.from({ length: count }, (_, version) => version);
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('on Redis', () => {
  let server: TestRedis;
  let proxy: TcpProxy;
  let near: RedisConnection;
  let far: RedisConnection;
  let feed: RevocationFeed;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    proxy = await tcpProxy(server.port);
    near = await openRedis(server.url);
    far = await openRedis(`redis://127.0.0.1:${proxy.port}`);
    feed = redisRevocationFeed(near, { clock });
  });
  afterEach(async () => {
    await Promise.all([near.close(), far.close()]);
    await proxy.close();
  });

  it('does not report up to date during a cut, and delivers every notice in order after it', async () => {
    const subscriber = await recordNotices(redisRevocationFeed(far, { clock }));
    const id = freshId();
    await feed.publish([notice(id, 0)]);
    await vi.waitFor(() => expect(subscriber.of(id)).toHaveLength(1), SOON);
    proxy.cut();
    const cutAt = clock.now();
    for (const version of upTo(31).slice(1)) {
      await feed.publish([notice(id, version)]);
      await wait(100);
    }
    expect(subscriber.confirmedAt()).toBeLessThan(cutAt);
    expect(versions(subscriber.of(id))).toEqual([0]);
    proxy.heal();
    await vi.waitFor(() => expect(versions(subscriber.of(id))).toEqual(upTo(31)), SOON);
    await vi.waitFor(() => expect(subscriber.confirmedAt()).toBeGreaterThan(cutAt), SOON);
    await subscriber.close();
  });

  it("loses no notice when a subscriber's connections break between two polls", async () => {
    const subscriber = await recordNotices(redisRevocationFeed(far, { clock }));
    const id = freshId();
    for (const version of upTo(40)) {
      await feed.publish([notice(id, version)]);
      if (version % 4 === 0) proxy.reset();
      await wait(50);
    }
    await vi.waitFor(() => expect(versions(subscriber.of(id))).toEqual(upTo(40)), SOON);
    await subscriber.close();
  });

  it('delivers every notice at the next poll to a node that gets no notifications', async () => {
    const id = freshId();
    const subscriber = await recordNotices(feed);
    await near.client.xadd(STREAM, '*', 'notice', JSON.stringify(notice(id, 1)));
    await vi.waitFor(() => expect(subscriber.of(id)).toHaveLength(1), SOON);
    await subscriber.close();
  });

  it('skips entries in the Redis stream that are not notices', async () => {
    const id = freshId();
    const subscriber = await recordNotices(feed);
    for (const junk of ['', '{', 'null', '{}', '{"at":1}', '[]', '"x"'])
      await near.client.xadd(STREAM, '*', 'notice', junk);
    await near.client.xadd(STREAM, '*', 'other', 'x');
    await feed.publish([notice(id, 1)]);
    await vi.waitFor(() => expect(subscriber.of(id)).toHaveLength(1), SOON);
    await subscriber.close();
  });

  it('reports notices that cannot be published, and publishes them when Redis is back', async () => {
    const [id, faults] = [freshId(), [] as unknown[]];
    const subscriber = await recordNotices(feed);
    const cutOff = redisRevocationFeed(far, { clock, onFault: (error) => faults.push(error) });
    proxy.cut();
    await vi.waitFor(() => expect(far.client.status).not.toBe('ready'), SOON);
    for (const version of upTo(3))
      await expect(cutOff.publish([notice(id, version)])).rejects.toThrow(StoreUnavailableError);
    expect(faults.length).toBeGreaterThanOrEqual(3);
    await expect(recordNotices(redisRevocationFeed(far, { clock }))).rejects.toThrow(
      StoreUnavailableError,
    );
    proxy.heal();
    await vi.waitFor(() => expect(versions(subscriber.of(id))).toEqual(upTo(3)), SOON);
    await subscriber.close();
  });

  it('trims notices that are too old to matter from the stream', async () => {
    await near.client.del(STREAM);
    for (const version of upTo(300))
      await near.client.xadd(STREAM, version + 1, 'notice', JSON.stringify(notice('old', version)));
    await feed.publish([notice('new', 1)]);
    expect(await near.client.xlen(STREAM)).toBeLessThan(150);
    expect(await near.client.pttl(STREAM)).toBeGreaterThan(86_000_000);
  });

  it('rejects a subscription for longer than notices are kept', async () => {
    await expect(
      recordNotices(redisRevocationFeed(near, { clock, keepSeconds: 60 }), 61),
    ).rejects.toThrow(/keepSeconds is 60: it must be at least 61/);
  });

  it('the feed publishes and receives as a Redis user without rights on the channel', async () => {
    const id = freshId();
    await near.client.acl(
      'SETUSER',
      'mute',
      'on',
      '>secret',
      '+@all',
      '~latchkey:*',
      'resetchannels',
    );
    const mute = await openRedis(server.url.replace('//', '//mute:secret@'));
    const theirs = redisRevocationFeed(mute, { clock });
    const [subscriber, theirSubscriber] = [await recordNotices(feed), await recordNotices(theirs)];
    await theirs.publish([notice(id, 1)]);
    for (const each of [subscriber, theirSubscriber])
      await vi.waitFor(() => expect(each.of(id)).toHaveLength(1), SOON);
    await Promise.all([subscriber.close(), theirSubscriber.close()]);
    await mute.close();
  });

  it('continues after a restart of Redis with the notices that it kept', async () => {
    const [subscriber, id] = [await recordNotices(feed), freshId()];
    await feed.publish([notice(id, 0)]);
    await server.kill();
    await expect(feed.publish([notice(id, 1)])).rejects.toThrow(StoreUnavailableError);
    await server.restart();
    await vi.waitFor(() => expect(versions(subscriber.of(id))).toEqual([0, 1]), SOON);
    const late = await recordNotices(redisRevocationFeed(near, { clock }));
    expect(versions(late.of(id))).toEqual([0, 1]);
    await Promise.all([subscriber.close(), late.close()]);
  });
});

describe('with a Sentinel', () => {
  let servers: TestRedisSentinel;
  beforeAll(async () => {
    servers = await startRedisSentinel('secret');
  });
  afterAll(() => servers.stop());

  it('keeps subscribers on the new master after a failover', async () => {
    const [first, second] = [await openRedis(servers.url), await openRedis(servers.url)];
    const [feed, subscriber] = [
      redisRevocationFeed(first, { clock }),
      await recordNotices(redisRevocationFeed(second, { clock })),
    ];
    const id = freshId();
    await feed.publish([notice(id, 0)]);
    await vi.waitFor(() => expect(versions(subscriber.of(id))).toEqual([0]), SOON);
    await servers.master.kill();
    await expect(feed.publish([notice(id, 1)])).rejects.toThrow(StoreUnavailableError);
    await vi.waitFor(() => feed.publish([notice(id, 2)]), SOON);
    await vi.waitFor(
      () => expect(new Set(versions(subscriber.of(id)))).toEqual(new Set([0, 1, 2])),
      SOON,
    );
    await subscriber.close();
    await Promise.all([first.close(), second.close()]);
  });
});

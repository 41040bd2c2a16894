import { settableClock } from '@latchkey/core/testing';
import { recordNotices } from '@latchkey/core/testing/contracts';
import { startRedis } from '@latchkey/test-services';
import type { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { openRedis } from '../connection/open-redis.ts';
import { redisRevocationFeed } from './revocation-feed.ts';

it('publishes no message while Redis has just woken every node, and delivers every notice', async () => {
  const server = await startRedis();
  const connection = await openRedis(server.url);
  const listening = (connection.client as Redis).duplicate();
  await listening.connect();
  await listening.subscribe('latchkey:v1:{revocations}:notices');
  let messages = 0;
  listening.on('message', () => messages++);
  const clock = settableClock();
  const feed = redisRevocationFeed(connection, { clock });
  const subscriber = await recordNotices(feed);
  const publish = (tokenVersion: number) =>
    feed.publish([{ kind: 'user', userId: 'a', reason: 'reuse', tokenVersion, at: clock.now() }]);
  await expect.poll(async () => numberOfSubscribers(connection.client as Redis)).toBe(2);
  await clock.pass(1);
  // A poll has just begun: the next one that a message causes is 0.1 s away.
  await clock.pass(0.1);
  const before = messages;
  await publish(1);
  await expect.poll(() => subscriber.of('a').length).toBe(1);
  // The clock stands still, so the node stays awake.
  for (let version = 2; version <= 20; version++) await publish(version);
  await clock.pass(0.05);
  // Messages arrive in order: after this one, none of those before is missing.
  await publish(21);
  await expect.poll(() => messages).toBe(before + 2);
  await clock.pass(0.1);
  expect(subscriber.of('a')).toHaveLength(21);
  await subscriber.close();
  listening.disconnect();
  await connection.close();
  await server.stop();
});

async function numberOfSubscribers(client: Redis): Promise<unknown> {
  return ((await client.pubsub('NUMSUB', 'latchkey:v1:{revocations}:notices')) as unknown[])[1];
}

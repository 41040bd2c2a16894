import { sessionStoreContract } from '@latchkey/core/testing/contracts';
import { startRedis, startRedisCluster, testRedis } from '@latchkey/test-services';
import { Cluster, Redis } from 'ioredis';
import * as vitest from 'vitest';
import { describe, expect, it } from 'vitest';
import { redisSessionStore } from '../sessions/session-store.ts';
import { openRedis } from './open-redis.ts';

/** Options of an app that would change keys and replies. */
const OF_THE_APP = { keyPrefix: 'app:', stringNumbers: true, maxRetriesPerRequest: null };

sessionStoreContract(
  'a Redis of the app (S1)',
  vitest,
  async () => {
    const server = await testRedis();
    const given = new Redis(server.url, OF_THE_APP);
    const redis = await openRedis(given);
    return {
      store: redisSessionStore(redis),
      async close() {
        await redis.close();
        given.disconnect();
        await server.drop();
      },
    };
  },
  { removesExpired: false },
);

describe('a client of ioredis of an app', () => {
  it('stays open after close(), and its keys keep their prefix (S1)', async () => {
    const server = await testRedis();
    const given = new Redis(server.url, OF_THE_APP);
    await given.set('cart', 'full');
    const redis = await openRedis(given);
    expect(redis.description).toBe(
      `Redis at ${new URL(server.url).host}${new URL(server.url).pathname}`,
    );
    await redis.close();
    expect(await given.get('cart')).toBe('full');
    given.disconnect();
    await server.drop();
  });

  it('may be a cluster (S1)', async () => {
    const server = await startRedisCluster();
    const { hostname, port } = new URL(
      server.url.split(',')[0]?.replace('redis+cluster', 'http') ?? '',
    );
    const given = new Cluster([{ host: hostname, port: Number(port) }], { keyPrefix: 'app:' });
    const redis = await openRedis(given);
    await redis.check();
    await redis.close();
    await given.set('cart', 'full');
    expect(await given.get('cart')).toBe('full');
    given.disconnect();
    await server.stop();
  });

  it('is reported in one sentence without its password if it cannot be opened (S1)', async () => {
    const server = await startRedis({ config: ['requirepass right'] });
    const { port } = new URL(server.url);
    const given = new Redis({ port: Number(port), password: 'hunter2', lazyConnect: true });
    const message = await openRedis(given).then(
      () => expect.fail('opened'),
      (error: Error) => error.message,
    );
    expect(message).toMatch(/^Redis at localhost:\d+ refuses the user name or password/);
    given.disconnect();
    await server.stop();
  });

  it.each([
    [{ sendCommand: () => {}, duplicate: () => {} }, /is a client of node-redis\. Pass its URL/],
    [Promise.resolve(), /is a promise\. Await it first/],
    [undefined, /^The Redis is undefined\. Pass a URL, or a Redis or Cluster of ioredis\.$/],
    [{ url: 'redis://h' }, /is an object of another kind \(Object\)\. Pass a URL/],
  ])('is refused in one sentence if it is another: %s (S1)', async (given, sentence) => {
    await expect(openRedis(given as never)).rejects.toThrow(sentence);
  });
});

import { createSessionLayer, deriveKeyRing, type SessionStore } from '@latchkey/core';
import {
  sessionLimitContract,
  sessionRecord,
  sessionStoreContract,
} from '@latchkey/core/testing/contracts';
import { startRedisCluster, type TestRedisDatabase, testRedis } from '@latchkey/test-services';
import * as vitest from 'vitest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRedis, type RedisConnection } from '../connection/open-redis.ts';
import { durableRevocations } from '../revocations/durable-revocations.ts';
import { memoryRevocationLog } from '../revocations/testing/memory-revocation-log.ts';
import { redisSessionStore } from './session-store.ts';

const asItIs = (store: SessionStore) => store;
const durable = (store: SessionStore) => durableRevocations(store, memoryRevocationLog());

/** Returns a database of the shared Redis; the other tests start their own servers. */
const sharedRedis = async () => {
  const { url, drop } = await testRedis();
  return { url, stop: drop };
};

for (const [name, start, kept] of [
  ['Redis', sharedRedis, asItIs],
  ['Redis Cluster', startRedisCluster, asItIs],
  ['Redis with durable revocations', sharedRedis, durable],
  ['Redis Cluster with durable revocations', startRedisCluster, durable],
] as const) {
  const open = async () => {
    const server = await start();
    const redis = await openRedis(server.url);
    return {
      store: kept(redisSessionStore(redis)),
      async close() {
        await redis.close();
        await server.stop();
      },
    };
  };
  sessionStoreContract(name, vitest, open, { removesExpired: false });
  if (start === sharedRedis) sessionLimitContract(name, vitest, open);
}

describe('the Redis store', () => {
  let server: TestRedisDatabase;
  let redis: RedisConnection;
  let store: SessionStore;
  beforeAll(async () => {
    server = await testRedis();
    redis = await openRedis(server.url);
    store = redisSessionStore(redis);
  });
  afterAll(() => server.drop());
  afterAll(() => redis?.close());

  it('rejects a session whose id does not begin with the shard of its user', async () => {
    const stray = { ...sessionRecord(), id: sessionRecord().id };
    await expect(store.create(stray)).rejects.toThrow(/shard of its user/);
    expect(await store.find(stray.id)).toBeNull();
  });

  it('does not read keys of a version without a prefix for its layout', async () => {
    const session = sessionRecord();
    const shard = session.id.slice(0, 4);
    const older = `latchkey:{${shard}}:session:${session.id}`;
    await redis.client.hset(older, { id: session.id, handedOutAt: '1' });
    expect(await store.find(session.id)).toBeNull();
    await store.create(session);
    expect(await store.find(session.id)).toEqual(session);
    expect(await redis.client.hgetall(older)).toEqual({ id: session.id, handedOutAt: '1' });
  });

  /** Returns how often Redis ran a command, also within scripts. */
  async function callsOf(command: string): Promise<number> {
    return Number(
      new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(
        await redis.client.info('commandstats'),
      )?.[1] ?? 0,
    );
  }

  it('reads one page of a user with 6,000 sessions by reading 50 of them (V3, S5)', {
    timeout: 60_000,
  }, async () => {
    const { userId, createdAt } = sessionRecord();
    for (let at = 0; at < 6_000; at += 500)
      await Promise.all(
        Array.from({ length: 500 }, (_, index) =>
          store.create(sessionRecord({ userId, createdAt: createdAt - at - index })),
        ),
      );
    const before = [await callsOf('hgetall'), await callsOf('hmget')];
    const first = await store.findByUser(userId, createdAt, { limit: 50 });
    const second = await store.findByUser(userId, createdAt, {
      limit: 50,
      after: first.next ?? undefined,
    });
    expect([await callsOf('hgetall'), await callsOf('hmget')]).toEqual(
      before.map((calls) => calls + 100),
    );
    expect(second.sessions.map((session) => createdAt - session.createdAt)).toEqual(
      Array.from({ length: 50 }, (_, at) => 50 + at),
    );
  });

  it('reads a bounded number of expired sessions for one page, and none of them again', {
    timeout: 60_000,
  }, async () => {
    const { userId, createdAt } = sessionRecord();
    const sessions = Array.from({ length: 700 }, (_, at) =>
      sessionRecord({ userId, createdAt: createdAt - at }),
    );
    await Promise.all(sessions.map(store.create));
    const [key = ''] = await redis.client.keys(`*:session:${sessions[0]?.id}`);
    await redis.client.del(
      sessions.slice(0, 699).map(({ id }) => key.replace(sessions[0]?.id ?? '', id)),
    );
    const before = await callsOf('hmget');
    const first = await store.findByUser(userId, createdAt, { limit: 50 });
    expect(first).toEqual({
      sessions: [],
      next: { createdAt: createdAt - 549, id: sessions[549]?.id },
    });
    expect(await callsOf('hmget')).toBe(before + 550);
    const last = { sessions: sessions.slice(699), next: null };
    expect(
      await store.findByUser(userId, createdAt, { limit: 50, after: first.next ?? undefined }),
    ).toEqual(last);
    expect(await callsOf('hmget')).toBe(before + 700);
    expect(await store.findByUser(userId, createdAt, { limit: 50 })).toEqual(last);
    expect(await callsOf('hmget')).toBe(before + 701);
  });

  it('keeps maxSessionsPerUser after 40 sign-ins at once, and keeps the newest of them', async () => {
    let { createdAt: now } = sessionRecord();
    const layer = createSessionLayer({
      ring: deriveKeyRing([
        Buffer.from('the secret of these tests, number 1').toString('base64url'),
      ]),
      store,
      users: { findUser: async () => null },
      clock: { now: () => ++now },
      options: { maxSessionsPerUser: 5 },
    });
    const { userId: id } = sessionRecord();
    const alice = { id, username: 'alice', role: 'User', tokenVersion: 0, disabled: false };
    const grants = await Promise.all(
      Array.from({ length: 40 }, () => layer.issue(alice, { userAgent: null, ipAddress: null })),
    );
    const newest = grants.slice(-5).map(({ sessionId }) => sessionId);
    expect((await layer.sessionsOf(id)).sessions.map((session) => session.id)).toEqual(
      newest.toReversed(),
    );
    await layer.close();
  });
});
